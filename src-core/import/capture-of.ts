import type { Result } from '../base/result.ts';
import { ok, problem } from '../base/result.ts';
import { U64 } from '../base/u64.ts';
import type { Geometry } from '../arch/geometry.ts';
import { arm64Geometry } from '../arch/arm64/geometry.ts';
import { upperHalf } from '../arch/geometry.ts';
import { PhysicalMemory } from '../memory/physical.ts';
import { TablePage } from '../memory/page.ts';
import type { Mm } from '../mm/mm.ts';
import type { Marker, World } from '../scenario/world.ts';
import type { CaptureMeta, MetaMarker } from './meta.ts';
import type { CaptureStats } from './stats.ts';
import { tableStats } from './stats.ts';
import type { TableFile } from './tables.ts';
import { parseTables } from './tables.ts';

/** A marker as ptdump uses it: below it at most `maxLines` lines are printed (x86's ESPfix area); 0 = all. */
export interface PtdumpMarker extends Marker {
  readonly maxLines: number;
}

/** A kernel's tables as captured, ready to be a run's ground. */
export interface Capture {
  readonly name: string;
  readonly world: World;
  /** The records behind the world; a table that several entries point to is listed once for each. */
  readonly file: TableFile;
  /** Markers of the two texts; empty without meta.json. On x86 both texts use the same. */
  readonly markers: readonly PtdumpMarker[];
  readonly efiMarkers: readonly PtdumpMarker[];
  readonly stats: CaptureStats;
  readonly meta: CaptureMeta | undefined;
}

/**
 * A capture from the content of tables.bin, unpacked, and a meta.json that has been checked. importCapture() is the same for what
 * comes from outside.
 */
export function captureOf(content: Uint8Array, info: CaptureMeta | undefined, name: string): Result<Capture> {
  const parsed = parseTables(content);
  if (!parsed.ok) return parsed;
  const file = parsed.value;
  const geo = geometryWith(file, info);
  if (!geo.ok) return geo;
  const disagreement = info === undefined ? undefined : disagreementWith(file, info);
  if (disagreement !== undefined) return disagreement;
  return ok(captureOfFile({ ...file, geo: geo.value }, info, name, notesOn(file, info)));
}

/** A capture of tables that are known to be right, and to belong to this meta.json. `notes`: what is not known about them, for people. */
export function captureOfFile(
  file: TableFile,
  info: CaptureMeta | undefined,
  name: string,
  notes: readonly string[],
): Capture {
  const { geo } = file;
  const markers = (info?.markers ?? []).map(toMarker);
  const title = info?.name ?? name;
  const world: World = {
    name: title,
    geo,
    memory: memoryOf(file),
    mms: mmsOf(file),
    ...(geo.arch === 'arm64' && info !== undefined ? { config: configOf(info, geo) } : {}),
    markers,
    notes,
  };
  return {
    name: title,
    world,
    file,
    markers,
    efiMarkers: geo.arch === 'x86' ? markers : (info?.efi_markers ?? []).map(toMarker),
    stats: tableStats(file),
    meta: info,
  };
}

function toMarker(m: MetaMarker): PtdumpMarker {
  return { start: U64.parse(m.start) ?? U64.ZERO, name: m.name, maxLines: m.maxLines };
}

/** The header's geometry, with the bits the kernel was built for where meta.json tells them. */
function geometryWith(file: TableFile, meta: CaptureMeta | undefined): Result<Geometry> {
  const build = meta?.va_bits_config ?? meta?.engine?.va_bits_build;
  const { geo } = file;
  if (build === undefined || geo.arch === 'x86') return ok(geo);
  const exact = arm64Geometry(geo.pageShift, geo.vaBits, build, geo.lpa2);
  return exact.ok ? exact : problem('meta.json.va_bits_config', exact.error.message);
}

/** meta.json beside the wrong tables.bin is the likeliest mistake: what both say must agree. */
function disagreementWith(file: TableFile, meta: CaptureMeta): Result<never> | undefined {
  const { geo } = file;
  const arch = geo.arch === 'x86' ? 'x86-64' : 'arm64';
  const pairs: readonly (readonly [string, unknown, unknown])[] = [
    ['arch', meta.arch, arch],
    ['page_shift', meta.page_shift, geo.pageShift],
    ['va_bits_actual', meta.va_bits_actual, geo.vaBits],
    ['root_level', meta.root_level, geo.rootHw],
    ['levels', meta.levels, geo.levelsInUse],
    ['lpa2_ds', meta.lpa2_ds, geo.lpa2],
  ];
  for (const [key, said, is] of pairs) {
    if (said !== undefined && said !== is) {
      return problem(
        `meta.json.${key}`,
        `says ${String(said)}, but the tables are of ${String(is)}: these files do not belong together`,
      );
    }
  }
  for (const root of file.records) {
    const said = root.parent === -1 ? meta.pgd?.[root.mm] : undefined;
    if (said !== undefined && U64.parse(said.pa)?.eq(U64.from(root.pa)) !== true) {
      return problem(
        `meta.json.pgd.${root.mm}.pa`,
        `says ${said.pa}, but the root is at 0x${root.pa.toString(16)}: these files do not belong together`,
      );
    }
  }
  return undefined;
}

/** Every distinct table; of one that is listed several times, the first address stands. */
function memoryOf(file: TableFile): PhysicalMemory {
  const memory = new PhysicalMemory();
  for (const r of file.records) {
    // Epoch 0 belongs to no memory, so that whoever writes takes a copy: the records stay as captured.
    if (memory.page(r.pa) === undefined) memory.put(new TablePage(r.pa, r.hw, r.mm, r.va, r.lanes, 0));
  }
  return memory;
}

function mmsOf(file: TableFile): readonly Mm[] {
  const roots = file.records.filter((r) => r.parent === -1);
  const mms = roots.map((r): Mm => ({ name: r.mm, pgd: r.pa, base: r.va }));
  return mms.sort((a, b) => Number(a.name !== 'init_mm') - Number(b.name !== 'init_mm'));
}

/**
 * How the captured arm64 kernel was configured and booted, as far as meta.json says. It was caught running, so what its CPUs
 * can do is final. A realm is not modelled.
 */
function configOf(meta: CaptureMeta, geo: Geometry): NonNullable<World['config']> {
  const { engine, linear_va_minus_pa: linear } = meta;
  const place =
    linear === undefined ? {} : { physOffset: upperHalf(geo).sub(U64.parse(linear) ?? upperHalf(geo)) };
  if (engine === undefined) return place;
  const bbml3 = engine.bbml ?? false;
  const rodataFull = (engine.rodata ?? 'full') === 'full';
  const debugPagealloc = engine.debug_pagealloc ?? false;
  const kfenceDirect = engine.kfence_early === false;
  // map_mem(), arch/arm64/mm/mmu.c (v7.3).
  const canSetDirectMap = rodataFull || debugPagealloc || kfenceDirect;
  const forcePteMapping = debugPagealloc || (!bbml3 && canSetDirectMap);
  return {
    ...place,
    bbml3,
    capsFinal: true,
    linearReq: !forcePteMapping && canSetDirectMap,
    rodataFull,
    debugPagealloc,
    kfenceDirect,
    bti: engine.bti ?? false,
    useNg: engine.kpti ?? false,
  };
}

function notesOn(file: TableFile, meta: CaptureMeta | undefined): readonly string[] {
  const notes: string[] = [];
  if (meta === undefined) {
    notes.push(
      `meta.json is missing: areas of the address space have no names, no ptdump text can be made, the kernel is taken to be built for the ${file.geo.vaBits} bits it runs with, and its configuration is unknown.`,
    );
  } else {
    if (meta.markers === undefined)
      notes.push(
        'meta.json has no markers: areas of the address space have no names and no ptdump text can be made.',
      );
    if (meta.engine === undefined)
      notes.push('meta.json has no engine: how this kernel was configured is unknown.');
  }
  if (!file.records.some((r) => r.mm === 'efi_mm')) notes.push('There is no efi_mm in this capture.');
  if (file.shared.size > 0) {
    const listed = [...file.shared.values()].reduce((sum, n) => sum + n, 0);
    notes.push(
      `${file.shared.size} tables are reached by several entries (${listed} in all); each is one page here, at the first address it was found.`,
    );
  }
  return notes;
}
