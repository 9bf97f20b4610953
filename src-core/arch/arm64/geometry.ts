import type { Folding, Geometry, Level, LevelName } from '../geometry.ts';
import type { Result } from '../../base/result.ts';
import { ok, problem } from '../../base/result.ts';

/** One row of the arm64 table: a granule with a VA size the kernel can be built for. */
interface Build {
  readonly pageShift: number;
  readonly vaBits: number;
  /** VA sizes such a build may run with on lesser hardware. */
  readonly runsAt: readonly number[];
}

/**
 * Every pair `CONFIG_ARM64_VA_BITS` allows (arch/arm64/Kconfig, v6.12 and v7.3). A 52-bit build falls back at boot:
 * 4K to 48 bits, 16K to 47, 64K to 48.
 */
const BUILDS: readonly Build[] = [
  { pageShift: 12, vaBits: 39, runsAt: [39] },
  { pageShift: 12, vaBits: 48, runsAt: [48] },
  { pageShift: 12, vaBits: 52, runsAt: [52, 48] },
  { pageShift: 14, vaBits: 36, runsAt: [36] },
  { pageShift: 14, vaBits: 47, runsAt: [47] },
  { pageShift: 14, vaBits: 48, runsAt: [48] },
  { pageShift: 14, vaBits: 52, runsAt: [52, 47] },
  { pageShift: 16, vaBits: 42, runsAt: [42] },
  { pageShift: 16, vaBits: 48, runsAt: [48] },
  { pageShift: 16, vaBits: 52, runsAt: [52, 48] },
];

/** `CONFIG_ARM64_CONT_PTE_SHIFT` and `CONFIG_ARM64_CONT_PMD_SHIFT` by page shift. */
const CONT: Readonly<Record<number, readonly [number, number]>> = { 12: [4, 4], 14: [7, 5], 16: [5, 5] };

/** `ARM64_HW_PGTABLE_LEVELS`: levels needed for `vaBits` (asm/pgtable-hwdef.h). */
function levelsFor(pageShift: number, vaBits: number): number {
  return Math.floor((vaBits - 4) / (pageShift - 3));
}

/**
 * The arm64 geometry of a kernel built for `vaBitsBuild` bits and running with `vaBits` (the same, unless the build is a
 * 52-bit one on lesser hardware). `lpa2` says whether descriptors use the 52-bit LPA2 layout; default: a 4K or 16K kernel
 * running with 52 bits.
 */
export function arm64Geometry(
  pageShift: number,
  vaBits: number,
  vaBitsBuild: number = vaBits,
  lpa2: boolean = vaBits === 52 && pageShift !== 16,
): Result<Geometry> {
  const build = BUILDS.find((b) => b.pageShift === pageShift && b.vaBits === vaBitsBuild);
  if (build === undefined) {
    const known = BUILDS.map((b) => `${1 << (b.pageShift - 10)}K/${b.vaBits}`).join(', ');
    return problem(
      'geometry',
      `no arm64 kernel has a page shift of ${pageShift} with ${vaBitsBuild} bits of VA; there are ${known}`,
    );
  }
  if (!build.runsAt.includes(vaBits)) {
    return problem(
      'geometry',
      `a ${vaBitsBuild}-bit arm64 kernel with page shift ${pageShift} runs with ${build.runsAt.join(' or ')} bits, not ${vaBits}`,
    );
  }
  const t = pageShift - 3;
  const levelsBuild = levelsFor(pageShift, vaBitsBuild);
  const levelsInUse = levelsFor(pageShift, vaBits);
  const rootHw = 4 - levelsInUse;
  const cont = CONT[pageShift] ?? [0, 0];
  const shiftOf = (hw: number): number => t * (4 - hw) + 3;

  const pgdHw = 4 - levelsBuild;
  const level = (name: LevelName, hwIfBuilt: number, minLevels: number, above?: Level): Level => {
    const builtIn = levelsBuild >= minLevels;
    if (!builtIn && above !== undefined) {
      return { name, hw: above.hw, shift: above.shift, indexBits: 0, folded: 'build' };
    }
    const hw = name === 'pgd' ? pgdHw : hwIfBuilt;
    const folded: Folding = hw < rootHw ? 'run' : 'no';
    // A root is as wide as the bits in use need; 64K/52 at 48 bits uses the upper 64 of its 1024 entries, counted here from 0.
    const topBits = (folded === 'run' ? vaBitsBuild : vaBits) - shiftOf(hw);
    return { name, hw, shift: shiftOf(hw), indexBits: name === 'pgd' ? topBits : t, folded };
  };
  const pgd = level('pgd', pgdHw, 2);
  const p4d = level('p4d', 0, 5, pgd);
  const pud = level('pud', 1, 4, p4d);
  const pmd = level('pmd', 2, 3, pud);
  const pte = level('pte', 3, 2);

  const size = `${1 << (pageShift - 10)}k`;
  return ok({
    arch: 'arm64',
    id: vaBits === vaBitsBuild ? `${size}${vaBits}` : `${size}${vaBitsBuild}@${vaBits}`,
    pageShift,
    vaBits,
    vaBitsBuild,
    levelsInUse,
    levelsBuild,
    rootHw,
    rootIndexBits: vaBits - shiftOf(rootHw),
    contPteShift: cont[0],
    contPmdShift: cont[1],
    lpa2,
    levels: { pgd, p4d, pud, pmd, pte },
  });
}

/** Parses an id such as `4k48` or `16k52@47`. */
export function parseArm64Geometry(id: string): Result<Geometry> {
  const m = /^(4|16|64)k(\d\d)(?:@(\d\d))?$/.exec(id);
  if (m === null)
    return problem(
      'geometry',
      `${JSON.stringify(id)} is no geometry; one looks like 4k48, or 4k52@48 for a 52-bit build running with 48 bits`,
    );
  const build = Number(m[2]);
  return arm64Geometry(
    { 4: 12, 16: 14, 64: 16 }[m[1] as '4' | '16' | '64'],
    m[3] === undefined ? build : Number(m[3]),
    build,
  );
}

/** Every geometry an arm64 kernel can have, by id. */
export const ARM64_GEOMETRIES: readonly string[] = BUILDS.flatMap((b) =>
  b.runsAt.map((at) => `${1 << (b.pageShift - 10)}k${b.vaBits}${at === b.vaBits ? '' : `@${at}`}`),
);
