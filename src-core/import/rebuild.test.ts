import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { brotliDecompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { Capture } from './capture.ts';
import { importCapture } from './capture.ts';
import { ptdumpText } from './ptdump.ts';
import { parsePtdump } from './ptdump-text.ts';
import type { PtdumpDump } from './ptdump-text.ts';
import { captureFromPtdump } from './rebuild.ts';
import type { CapturedMm, TableRecord } from './tables.ts';

const own = fileURLToPath(new URL('../../tests/data/captures/', import.meta.url));
const shared = fileURLToPath(new URL('../../../shared/captures/', import.meta.url));

function read(path: string): Buffer | undefined {
  if (existsSync(path)) return readFileSync(path);
  const packed = path.replace(/\.gz$/, '');
  return existsSync(`${packed}.br`) ? brotliDecompressSync(readFileSync(`${packed}.br`)) : undefined;
}

/** Folder, text of init_mm, and the tables that were read at the same instant. */
const cases = [own, shared].filter(existsSync).flatMap((place) =>
  readdirSync(place, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('x86'))
    .flatMap(({ name }) =>
      (
        [
          ['kernel_page_tables.txt', 'tables.bin.gz'],
          ['kernel_page_tables-held.txt', 'tables-held.bin.gz'],
        ] as const
      ).map(([text, tables]) => [`${place}${name}`, text, tables] as const),
    )
    .filter(([folder, text, tables]) => read(`${folder}/${text}`) && read(`${folder}/${tables}`)),
);

function parse(text: string): PtdumpDump {
  const dump = parsePtdump(text);
  if (!dump.ok) throw new Error(`${dump.error.path}: ${dump.error.message}`);
  return dump.value;
}

function rebuild(kernel: string, efi?: string): Capture {
  const made = captureFromPtdump(
    { kernel: parse(kernel), ...(efi === undefined ? {} : { efi: parse(efi) }) },
    'text',
  );
  if (!made.ok) throw new Error(`${made.error.path}: ${made.error.message}`);
  return made.value;
}

function print(capture: Capture, mm: CapturedMm): string {
  const text = ptdumpText(capture, mm);
  if (!text.ok) throw new Error(text.error.message);
  return text.value;
}

/** Leaves whose bits differ, addresses aside. */
function differing(a: Capture, b: Capture): number {
  const place = ({ mm, hw, va }: TableRecord): string => `${mm} ${hw} ${va.toHex()}`;
  const others = new Map(b.file.records.map((record) => [place(record), record.lanes]));
  const lowBits = a.world.geo.lpa2 ? 0xcff : 0xfff;
  let count = 0;
  for (const record of a.file.records) {
    const other = others.get(place(record));
    for (let i = 0; i < record.lanes.length; i += 2) {
      const [hi, lo] = [record.lanes[i] ?? 0, record.lanes[i + 1] ?? 0];
      const isTable = record.hw < 3 && (lo & 3) === 3;
      const same =
        ((hi ^ (other?.[i] ?? 0)) & 0xfff00000) === 0 && ((lo ^ (other?.[i + 1] ?? 0)) & lowBits) === 0;
      if (!isTable && !same) count++;
    }
  }
  return count;
}

describe.each(cases)('%s, %s', (folder, file, tables) => {
  const kernel = read(`${folder}/${file}`)?.toString() ?? '';
  const efi =
    file === 'kernel_page_tables.txt' ? read(`${folder}/efi_page_tables.txt`)?.toString() : undefined;
  const rebuilt = rebuild(kernel, efi);

  it('prints the text that it was rebuilt from', () => {
    expect(print(rebuilt, 'init_mm')).toBe(kernel);
    if (efi !== undefined) expect(print(rebuilt, 'efi_mm')).toBe(efi);
  });

  it('has the tables and leaves of the kernel that printed it, and the same bits', () => {
    const captured = importCapture(
      read(`${folder}/${tables}`) ?? new Uint8Array(),
      JSON.parse(readFileSync(`${folder}/meta.json`, 'utf8')),
      'x',
    );
    if (!captured.ok) throw new Error(captured.error.message);
    expect(rebuilt.world.geo.pageShift).toBe(captured.value.world.geo.pageShift);
    expect(rebuilt.world.geo.vaBits).toBe(captured.value.world.geo.vaBits);
    expect(rebuilt.stats.init_mm).toEqual(captured.value.stats.init_mm);
    if (efi !== undefined) expect(rebuilt.stats.efi_mm).toEqual(captured.value.stats.efi_mm);
    // Bits without a column are guessed as kernels have them: wrong for a device's pages that are dirty, and one page that is not.
    expect(differing(rebuilt, captured.value)).toBeLessThanOrEqual(17);
  });
});

describe('a text that is not whole', () => {
  it('is taken, and what is missing is said', () => {
    const lines = (read(`${own}x4-4k-48/kernel_page_tables.txt`)?.toString() ?? '').split('\n');
    const whole = rebuild(lines.join('\n')).world.notes;
    const notes = (text: readonly string[]): readonly string[] =>
      rebuild(text.join('\n')).world.notes.filter((note) => !whole.includes(note));
    expect(notes(lines)).toEqual([]);
    expect(notes(lines.slice(0, 40))).toEqual([
      `The text ends at ${/-(0x[0-9a-f]+)/.exec(lines[39] ?? '')?.[1] ?? ''}: what comes after that is missing.`,
    ]);
    expect(notes([...lines.slice(0, 20), ...lines.slice(22)])).toEqual([
      'Before line 21 something is missing: nothing is mapped there.',
    ]);
  });
});

describe('a text that can not be', () => {
  const LINE = 'PTE       RW NX SHD AF            UXN    MEM/NORMAL';
  const one = (range: string, rest: string): string => `---[ Linear Mapping start ]---\n${range} ${rest}\n`;
  it.each([
    [
      'an address between pages',
      one('0xffff000000000000-0xffff000000000800           2K', LINE),
      'line 2: 0xffff000000000000 to 0xffff000000000800',
    ],
    [
      'a block of part of its size',
      one(
        '0xffff000000000000-0xffff000000001000           4K',
        'PMD       RW NX SHD AF        BLK UXN    MEM/NORMAL',
      ),
      'can’t be of PMD entries',
    ],
    [
      'lines that go back',
      `${one('0xffff000000002000-0xffff000000003000           4K', LINE)}0xffff000000001000-0xffff000000002000           4K ${LINE}\n`,
      'line 3: begins at 0xffff000000001000, before the line above it ends',
    ],
    [
      'the lower half alone',
      one('0x0000000000001000-0x0000000000002000           4K', LINE),
      'line 2: begins at 0x1000, as a text of efi_mm does',
    ],
    [
      'more pages than any machine has',
      one('0xffff000000000000-0xffff800000000000         128T', LINE),
      'line 2: needs more tables than',
    ],
    [
      'memory beyond 48 bits of physical address',
      one('0xfff8000000000000-0xfff8000000001000           4K', LINE),
      'line 2: maps memory at more than 48 bits',
    ],
    [
      'a memory type that is not known',
      one('0xffff000000000000-0xffff000000001000           4K', LINE.replace('MEM/NORMAL', 'MEM/STRANGE')),
      'line 2: has the memory type MEM/STRANGE',
    ],
  ])('%s', (_, text, says) => {
    const made = captureFromPtdump({ kernel: parse(text) }, 'x');
    expect(made.ok ? '' : `${made.error.path}: ${made.error.message}`).toContain(says);
  });

  it('of another architecture is refused', () => {
    const text =
      '---[ User Space ]---\n0x0000000000000000-0xffff800000000000    16777088T                               pgd\n';
    const made = captureFromPtdump({ kernel: parse(text) }, 'x');
    expect(made.ok ? '' : made.error.message).toBe(
      'is a text of x86: tables can be rebuilt from those of arm64 only',
    );
  });
});
