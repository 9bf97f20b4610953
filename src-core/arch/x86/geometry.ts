import type { Folding, Geometry, Level, LevelName } from '../geometry.ts';
import type { Result } from '../../base/result.ts';
import { ok, problem } from '../../base/result.ts';

/**
 * The x86-64 geometry of a kernel that runs with `vaBits` bits of virtual address: 48 (four levels) or 57 (five, LA57).
 * `vaBitsBuild` is 57 by default: kernels since v6.17 always compile five levels, and one that runs with four folds its
 * P4D at run time (`pgtable_l5_enabled()` false). Levels carry the numbers captures use: 3 = PTE … 0 = the root of four
 * levels, -1 = the PGD of five. A root holds both halves: 256 entries from address 0, 256 for the kernel.
 */
export function x86Geometry(vaBits: number, vaBitsBuild = 57): Result<Geometry> {
  if (
    (vaBits !== 48 && vaBits !== 57) ||
    (vaBitsBuild !== 48 && vaBitsBuild !== 57) ||
    vaBits > vaBitsBuild
  ) {
    return problem(
      'geometry',
      `no x86-64 kernel built for ${vaBitsBuild} bits of VA runs with ${vaBits}; there are 48 and 57, and 57 running with 48`,
    );
  }
  const levelsBuild = vaBitsBuild === 57 ? 5 : 4;
  const levelsInUse = vaBits === 57 ? 5 : 4;
  const rootHw = 4 - levelsInUse;
  const level = (name: LevelName, hw: number, folded: Folding = 'no'): Level => ({
    name,
    hw,
    shift: 9 * (4 - hw) + 3,
    indexBits: folded === 'build' ? 0 : 9,
    folded,
  });
  const pgdHw = 4 - levelsBuild;
  return ok({
    arch: 'x86',
    id: vaBits === vaBitsBuild ? `x86-${vaBits}` : `x86-${vaBitsBuild}@${vaBits}`,
    pageShift: 12,
    vaBits,
    vaBitsBuild,
    levelsInUse,
    levelsBuild,
    rootHw,
    rootIndexBits: 9,
    contPteShift: 0,
    contPmdShift: 0,
    lpa2: false,
    levels: {
      pgd: level('pgd', pgdHw, pgdHw < rootHw ? 'run' : 'no'),
      p4d: level('p4d', 0, levelsBuild === 5 ? 'no' : 'build'),
      pud: level('pud', 1),
      pmd: level('pmd', 2),
      pte: level('pte', 3),
    },
  });
}

/** Parses an id such as `x86-48` or `x86-57@48`. */
export function parseX86Geometry(id: string): Result<Geometry> {
  const m = /^x86-(\d\d)(?:@(\d\d))?$/.exec(id);
  if (m === null)
    return problem(
      'geometry',
      `${JSON.stringify(id)} is no x86-64 geometry; one looks like x86-48, or x86-57@48`,
    );
  const build = Number(m[1]);
  return x86Geometry(m[2] === undefined ? build : Number(m[2]), build);
}
