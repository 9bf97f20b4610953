import type { AreaRow, Capture, CaptureDiff, CapturedMm, Geometry, LevelStats, LoneTable } from '../index.ts';
import { areasOf, levelName } from '../index.ts';
import type { Imported } from './capture-files.ts';

const MMS: readonly CapturedMm[] = ['init_mm', 'efi_mm'];
const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB'];

/** A byte count in the largest unit that divides it: `26176 KiB`. */
export function bytesText(bytes: number): string {
  let n = bytes;
  let unit = 0;
  while (n !== 0 && n % 1024 === 0 && unit < UNITS.length - 1) {
    n /= 1024;
    unit++;
  }
  return `${n} ${UNITS[unit] ?? ''}`;
}

/** `PMD (level 2)`. */
function levelText(geo: Geometry, hw: number): string {
  return `${levelName(geo, hw).toUpperCase()} (level ${hw})`;
}

function geometryText(geo: Geometry): string {
  const built = geo.vaBits === geo.vaBitsBuild ? '' : ` (built for ${geo.vaBitsBuild})`;
  const lpa2 = geo.lpa2 ? ', LPA2 descriptors' : '';
  return `${2 ** (geo.pageShift - 10)}K pages, ${geo.vaBits}-bit addresses${built}, ${geo.levelsInUse} levels${lpa2}`;
}

/** Columns padded to the widest cell; the first `left` of them to the left. */
function table(rows: readonly (readonly string[])[], left: number): string {
  const widths = (rows[0] ?? []).map((_, c) => Math.max(...rows.map((r) => (r[c] ?? '').length)));
  const line = (row: readonly string[]): string =>
    row.map((cell, c) => (c < left ? cell.padEnd(widths[c] ?? 0) : cell.padStart(widths[c] ?? 0))).join('  ');
  return rows.map((row) => `  ${line(row).trimEnd()}\n`).join('');
}

/** Levels of one mm, top first. */
function levelsOf(capture: Capture, mm: CapturedMm): readonly (readonly [number, LevelStats])[] {
  const levels = Object.entries(capture.stats[mm] ?? {});
  return levels.map(([hw, stats]) => [Number(hw), stats] as const).sort((a, b) => a[0] - b[0]);
}

function mapped(stats: LevelStats): number {
  return (stats.block + stats.page) * stats.leaf_size;
}

/** What `import` prints of one input. */
export function importedLines(input: Imported): string {
  return input.kind === 'capture' ? captureLines(input) : dumpLines(input);
}

function captureLines(input: Imported & { kind: 'capture' }): string {
  const { capture } = input;
  const { geo } = capture.world;
  const kernel = capture.meta?.kernel === undefined ? '' : `  kernel: ${capture.meta.kernel}\n`;
  const note = capture.meta?.note === undefined ? '' : `  note: ${capture.meta.note}\n`;
  const head =
    `${input.label}: captured page tables of ${geo.arch === 'x86' ? 'x86-64' : 'arm64'} Linux (${capture.name})\n` +
    `${kernel}${note}  geometry: ${geometryText(geo)}\n` +
    `  file: ${capture.file.records.length} tables, ${input.packed} bytes` +
    (input.packed === capture.file.bytes ? '' : ` (${capture.file.bytes} unpacked)`) +
    `${input.meta ? ', with meta.json' : ', without meta.json'}\n`;
  const rows: string[][] = [
    [
      'mm',
      'level',
      'tables',
      'entries',
      'to tables',
      'blocks',
      'pages',
      'invalid',
      'contiguous groups',
      'mapped',
    ],
  ];
  for (const mm of MMS) {
    for (const [hw, s] of levelsOf(capture, mm)) {
      const counts = [s.tables, s.entries, s.table, s.block, s.page, s.invalid, s.contig_groups].map(String);
      rows.push([mm, levelText(geo, hw), ...counts, bytesText(mapped(s))]);
    }
  }
  const notes = capture.world.notes.map((n) => `  note: ${n}\n`);
  return head + table(rows, 2) + totals(capture) + notes.join('');
}

/** A line for each mm: tables, leaves, what they map. */
function totals(capture: Capture): string {
  return capture.world.mms
    .map((mm) => {
      const levels = levelsOf(capture, mm.name as CapturedMm);
      const sum = (of: (s: LevelStats) => number): number => levels.reduce((n, [, s]) => n + of(s), 0);
      const leaves = sum((s) => s.block + s.page);
      return `  ${mm.name}: ${sum((s) => s.tables)} tables, ${leaves} leaves map ${bytesText(sum(mapped))}; root at 0x${mm.pgd.toString(16)}\n`;
    })
    .join('');
}

/** What was rebuilt from a text, or why nothing was. */
function rebuiltLines({ rebuilt }: Imported & { kind: 'ptdump' }): string {
  if (!rebuilt.ok)
    return `  no tables can be rebuilt from it: ${rebuilt.error.path === '' ? '' : `${rebuilt.error.path}: `}${rebuilt.error.message}\n`;
  const { world } = rebuilt.value;
  const notes = world.notes.map((note) => `  note: ${note}\n`);
  return `  rebuilt from it: ${geometryText(world.geo)}\n${totals(rebuilt.value)}${notes.join('')}`;
}

function dumpLines(input: Imported & { kind: 'ptdump' }): string {
  const { dump, label } = input;
  const arch = { arm64: 'arm64', x86: 'x86-64', riscv: 'riscv' }[dump.format];
  const skipped = dump.skipped === 0 ? '' : `, ${dump.skipped} left out by the kernel`;
  const holes = dump.ranges.filter((r) => r.attributes === '').length;
  const lines = [
    `${label}: text of ${arch} ptdump: ${dump.ranges.length} ranges (${holes} of them holes${skipped}), ${dump.markers.length} markers, ${dump.lines} lines\n`,
    rebuiltLines(input),
    '  ranges:\n',
  ];
  let area: string | undefined;
  for (const r of dump.ranges) {
    if (r.area !== area) lines.push(`  ${(area = r.area) === '' ? '(before the first marker)' : r.area}\n`);
    lines.push(
      `    0x${r.start.toHex16()}-0x${r.end.toHex16()} ${r.level} ${r.attributes === '' ? '(hole)' : r.attributes.replace(/ +/g, ' ')}\n`,
    );
  }
  return lines.join('');
}

/** One line of JSON for an input. */
export function importedJson(input: Imported, report: boolean): string {
  if (input.kind === 'ptdump') {
    const { dump, label } = input;
    const ranges = dump.ranges.map((r) => ({ ...r, pa: r.pa ?? null }));
    return `${JSON.stringify({ input: label, kind: 'ptdump', ...dump, ranges })}\n`;
  }
  const { capture, label } = input;
  const { geo, mms, notes } = capture.world;
  return `${JSON.stringify({
    input: label,
    kind: 'capture',
    name: capture.name,
    arch: geo.arch === 'x86' ? 'x86-64' : 'arm64',
    kernel: capture.meta?.kernel ?? null,
    geometry: {
      id: geo.id,
      pageShift: geo.pageShift,
      vaBits: geo.vaBits,
      vaBitsBuild: geo.vaBitsBuild,
      levels: geo.levelsInUse,
      rootLevel: geo.rootHw,
      lpa2: geo.lpa2,
    },
    bytes: capture.file.bytes,
    tables: capture.file.records.length,
    sharedTables: capture.file.shared.size,
    meta: input.meta,
    mms: mms.map((m) => ({ mm: m.name, pgd: `0x${m.pgd.toString(16)}`, base: m.base })),
    stats: capture.stats,
    ...(report
      ? { report: Object.fromEntries(mms.map((m) => [m.name, areasOf(capture, m.name as CapturedMm)])) }
      : {}),
    notes,
  })}\n`;
}

/** The --report: what each area maps, by permission. */
export function reportLines(capture: Capture): string {
  const { geo } = capture.world;
  const out: string[] = [];
  for (const { name } of capture.world.mms) {
    const areas = areasOf(capture, name as CapturedMm);
    out.push(`${capture.name}: ${name} by area and permission\n`);
    const rows: string[][] = [['area', 'from', 'permission', 'leaves of', 'leaves', 'bytes']];
    for (const area of areas) {
      for (const [i, row] of area.rows.entries()) {
        const head = i === 0 ? [area.name, `0x${area.start.toHex16()}`] : ['', ''];
        rows.push([...head, row.permission, leafText(geo, row), String(row.leaves), bytesText(row.bytes)]);
      }
    }
    out.push(table(rows, 4));
  }
  return out.join('');
}

function leafText(geo: Geometry, row: AreaRow): string {
  return `${levelText(geo, row.hw)}${row.contiguous ? ', contiguous' : ''}`;
}

/** The --diff: changed entries, and tables that only one side has. */
export function diffLines(labels: readonly [string, string], geo: Geometry, diff: CaptureDiff): string {
  const out = [
    `${labels[0]} to ${labels[1]}: ${diff.changed} entries differ, ${diff.onlyA.length} tables only in the first, ` +
      `${diff.onlyB.length} only in the second, ${diff.moved} at another physical address\n`,
  ];
  for (const c of diff.changes) {
    out.push(
      `  ${c.mm} ${levelText(geo, c.hw)} 0x${c.va.toHex16()} [${c.index}]  ${c.a.toHex()} -> ${c.b.toHex()}\n`,
    );
  }
  if (diff.changed > diff.changes.length) out.push(`  and ${diff.changed - diff.changes.length} more\n`);
  out.push(
    ...loneLines(geo, 'only in the first', diff.onlyA),
    ...loneLines(geo, 'only in the second', diff.onlyB),
  );
  return out.join('');
}

function loneLines(geo: Geometry, where: string, tables: readonly LoneTable[]): string[] {
  const lines = tables.slice(0, 50).map((t) => {
    const place = `${t.mm} ${levelText(geo, t.hw)} table of 0x${t.va.toHex16()}`;
    return `  ${where}: ${place} at 0x${t.pa.toString(16)}, ${t.used} entries used\n`;
  });
  if (tables.length > 50) lines.push(`  ${where}: and ${tables.length - 50} tables more\n`);
  return lines;
}

/** The --diff as one line of JSON. */
export function diffJson(labels: readonly [string, string], diff: CaptureDiff): string {
  const tables = (list: readonly LoneTable[]): unknown[] =>
    list.map((t) => ({ ...t, pa: `0x${t.pa.toString(16)}` }));
  const { onlyA, onlyB, ...rest } = diff;
  return `${JSON.stringify({ kind: 'diff', a: labels[0], b: labels[1], ...rest, onlyA: tables(onlyA), onlyB: tables(onlyB) })}\n`;
}
