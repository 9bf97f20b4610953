import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { importCommand } from './import.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const data = join(root, 'tests/data/captures');

async function run(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  let out = '';
  let err = '';
  const io = { out: (t: string) => void (out += t), err: (t: string) => void (err += t), cwd: data };
  const code = await importCommand(args, io);
  return { code, out, err };
}

const made: string[] = [];
/** A new folder with these files. */
function folder(files: Readonly<Record<string, string | Uint8Array>>): string {
  const path = mkdtempSync(join(tmpdir(), 'pagewalk-import-'));
  made.push(path);
  for (const [name, content] of Object.entries(files)) writeFileSync(join(path, name), content);
  return path;
}

afterEach(() => {
  vi.unstubAllEnvs();
  for (const path of made.splice(0)) rmSync(path, { recursive: true });
});

describe('import', () => {
  it('says what a capture is, with tables and leaves by mm and level, and bytes', async () => {
    const { code, out, err } = await run('x4-4k-48');
    expect([code, err]).toEqual([0, '']);
    expect(out).toContain('x4-4k-48: captured page tables of arm64 Linux (x4-4k-48)\n');
    expect(out).toContain('  geometry: 4K pages, 48-bit addresses (built for 52), 4 levels\n');
    expect(out).toMatch(/^ {2}init_mm {2}PMD \(level 2\) +6 +3072 +32 +657 +0 +0 +27 +1314 MiB$/m);
    expect(out).toMatch(/^ {2}efi_mm {3}PTE \(level 3\) +5 +2560 +0 +0 +1745 +0 +0 +6980 KiB$/m);
    expect(out).toContain('  init_mm: 43 tables, 10755 leaves map 1385928 KiB; root at 0x72f03000\n');
  });

  it.each([
    ['x4-4k-48', 'init_mm', 'x4-4k-48/kernel_page_tables.txt'],
    ['x4-4k-48', 'efi_mm', 'x4-4k-48/efi_page_tables.txt'],
    ['x4-4k-48/tables-held.bin.gz', 'init_mm', 'x4-4k-48/kernel_page_tables-held.txt'],
    ['max-16k-52/tables.bin.gz', 'init_mm', 'max-16k-52/kernel_page_tables.txt'],
  ])('%s --ptdump %s prints the kernel text and nothing else', async (input, mm, text) => {
    expect(await run(input, '--ptdump', mm)).toEqual({
      code: 0,
      out: readFileSync(join(data, text), 'utf8'),
      err: '',
    });
  });

  it('takes a tables file with a meta.json from elsewhere', async () => {
    const path = folder({});
    copyFileSync(join(data, 'x4-4k-48/tables.bin.gz'), join(path, 'other.gz'));
    expect((await run(join(path, 'other.gz'), '--ptdump', 'efi_mm')).err).toMatch(
      /needs the kernel's markers, and meta\.json, which has them, is missing\n$/,
    );
    const { code, out } = await run(join(path, 'other.gz'), 'x4-4k-48/meta.json', '--ptdump', 'efi_mm');
    expect([code, out]).toEqual([0, readFileSync(join(data, 'x4-4k-48/efi_page_tables.txt'), 'utf8')]);
  });

  it('takes the name of a capture that comes with Pagewalk', async () => {
    const away = folder({});
    vi.stubEnv('PAGEWALK_ROOT', root);
    const io = { out: (t: string) => void (text += t), err: () => undefined, cwd: away };
    let text = '';
    expect(await importCommand(['x4-4k-48', '--ptdump', 'init_mm'], io)).toBe(0);
    expect(text).toBe(readFileSync(join(data, 'x4-4k-48/kernel_page_tables.txt'), 'utf8'));
  });

  it('prints JSON, one line an input', async () => {
    const { code, out } = await run('x4-4k-48', 'max-16k-52/efi_page_tables.txt', '--json');
    expect(code).toBe(0);
    const [capture, dump, ...rest] = out
      .trimEnd()
      .split('\n')
      .map((l) => JSON.parse(l) as Record<string, unknown>);
    expect(rest).toEqual([]);
    const meta = JSON.parse(readFileSync(join(data, 'x4-4k-48/meta.json'), 'utf8')) as Record<
      string,
      unknown
    >;
    expect(capture).toMatchObject({
      kind: 'capture',
      name: 'x4-4k-48',
      arch: 'arm64',
      tables: 52,
      bytes: 214264,
      stats: meta['stats'],
    });
    expect(capture?.['mms']).toEqual([
      { mm: 'init_mm', pgd: '0x72f03000', base: '0xffff000000000000' },
      { mm: 'efi_mm', pgd: '0x402cc000', base: '0x0' },
    ]);
    expect(dump).toMatchObject({
      kind: 'ptdump',
      format: 'arm64',
      markers: ['UEFI runtime start', 'UEFI runtime end'],
    });
  });

  it('reports areas by permission', async () => {
    const { out } = await run('x4-4k-48', '--report');
    expect(out).toMatch(/^ {2}Linear Mapping {2}0xfff0000000000000 {2}RW +PMD \(level 2\) +50 +100 MiB$/m);
    expect(out).toMatch(/^ {2}UEFI runtime {2}0x0{16} {2}RW +PMD \(level 2\), contiguous +32 +64 MiB$/m);
  });

  it('compares two captures', async () => {
    const { code, out } = await run('--diff', 'x4-4k-48', 'x4-4k-48/tables-held.bin.gz');
    expect(code).toBe(0);
    expect(out).toMatch(
      /^x4-4k-48 to x4-4k-48\/tables-held\.bin\.gz: 30 entries differ, 0 tables only in the first, 3 only in the second, 0 at /,
    );
    expect(out).toContain(
      '  init_mm PMD (level 2) 0xffff000041e00000 [15]  0xe8000041e00705 -> 0x180000004174e403\n',
    );
    expect(out).toContain(
      '  only in the second: init_mm PTE (level 3) table of 0xffff000041c00000 at 0x4175f000, 512 entries used\n',
    );
    expect(
      JSON.parse((await run('--diff', 'x4-4k-48', 'x4-4k-48/tables-held.bin.gz', '--json')).out),
    ).toMatchObject({ kind: 'diff', changed: 30 });
  });

  it('lists the ranges of a text, packed or not, and what can be rebuilt from it', async () => {
    const text = readFileSync(join(data, 'x4-4k-48/efi_page_tables.txt'));
    const path = folder({ 'dump.gz': gzipSync(text) });
    const plain = await run('x4-4k-48/efi_page_tables.txt');
    expect(plain.out).toMatch(
      /^x4-4k-48\/efi_page_tables\.txt: text of arm64 ptdump: 31 ranges \(11 of them holes\), 2 markers, 33 lines\n/,
    );
    expect(plain.out).toContain(
      '  no tables can be rebuilt from it: line 2: begins at 0x0, as a text of efi_mm does',
    );
    expect((await run('x4-4k-48/kernel_page_tables.txt')).out).toContain(
      '  rebuilt from it: 4K pages, 48-bit addresses, 4 levels\n  init_mm: 43 tables, ',
    );
    const kernel = readFileSync(join(data, 'x4-4k-48/kernel_page_tables.txt'), 'utf8');
    expect((await run('x4-4k-48/kernel_page_tables.txt', '--ptdump', 'init_mm')).out).toBe(kernel);
    expect((await run('x4-4k-48/kernel_page_tables.txt', '--report')).out).toContain('Modules start');
    expect(plain.out).toContain('    0x0000000000000000-0x0000000004000000 PMD (hole)\n');
    expect((await run(join(path, 'dump.gz'))).out.split('\n').slice(1)).toEqual(
      plain.out.split('\n').slice(1),
    );
  });
});

describe('import refuses', () => {
  const x4 = readFileSync(join(data, 'x4-4k-48/tables.bin.gz'));
  const bad = (): string =>
    folder({
      'cut.bin.gz': x4.subarray(0, 9000),
      'noise.bin': Buffer.from([0, 1, 2]),
      'dump.txt': '---[ a ]---\n0x1\n',
    });
  it.each([
    ['nothing', () => [], /^import: name what to import; usage: import /],
    ['an unknown option', () => ['x4-4k-48', '--yaml'], /^import: unknown option --yaml; usage: /],
    ['what is not there', () => ['nosuch'], /^import: nosuch: there is no such file or folder$/],
    [
      'a folder without tables',
      () => ['..'],
      /^import: \.\.: is no capture folder: there is no tables\.bin\.gz in it$/,
    ],
    [
      'a foreign file',
      () => ['README.md'],
      /^import: README\.md: is neither captured tables \("PTTABS1"\) nor the text of a kernel's ptdump$/,
    ],
    ['noise', () => [join(bad(), 'noise.bin')], /noise\.bin: is neither captured tables/],
    ['a file that is cut off', () => [join(bad(), 'cut.bin.gz')], /cut\.bin\.gz: (is|holds) /],
    [
      'a damaged text',
      () => [join(bad(), 'dump.txt')],
      /dump\.txt: line 2: "0x1" does not begin with two addresses of 16 digits$/,
    ],
    [
      'a meta.json of other tables',
      () => ['x4-4k-48/tables.bin.gz', 'max-16k-52/meta.json'],
      /^import: x4-4k-48\/tables\.bin\.gz: meta\.json\.page_shift: says 14, but the tables are of 12: /,
    ],
    [
      '--ptdump of another mm',
      () => ['x4-4k-48', '--ptdump', 'user'],
      /^import: --ptdump wants init_mm or efi_mm, not user$/,
    ],
    [
      '--ptdump without one',
      () => ['x4-4k-48', '--ptdump'],
      /^import: --ptdump wants init_mm or efi_mm, not nothing$/,
    ],
    [
      '--ptdump with --json',
      () => ['x4-4k-48', '--ptdump', 'init_mm', '--json'],
      /^import: --ptdump prints the text alone: /,
    ],
    [
      '--ptdump of a text',
      () => ['x4-4k-48/efi_page_tables.txt', '--ptdump', 'efi_mm'],
      /none can be rebuilt from this text: line 2: begins at 0x0, as a text of efi_mm does/,
    ],
    [
      '--report of a text',
      () => ['x4-4k-48/efi_page_tables.txt', '--report'],
      /--report needs tables, and none can be rebuilt/,
    ],
    ['--diff of one', () => ['--diff', 'x4-4k-48'], /^import: --diff wants two captures: --diff A B$/],
    [
      '--diff of two geometries',
      () => ['--diff', 'x4-4k-48', 'max-16k-52'],
      /their entries cannot be compared$/,
    ],
    ['one bad input among good ones', () => ['x4-4k-48', 'nosuch'], /^import: nosuch: /],
    [
      'the name of a capture without the files',
      () => ['../x4-4k-48'],
      /^import: \.\.\/x4-4k-48: there is no such file or folder$/,
    ],
  ])('%s: exit 2, one line on standard error, nothing on standard output', async (_, args, message) => {
    const { code, out, err } = await run(...args());
    expect([code, out, err.split('\n').length, err.endsWith('\n')]).toEqual([2, '', 2, true]);
    expect(err.trimEnd()).toMatch(message);
  });

  it('a capture folder with a damaged meta.json', async () => {
    const path = folder({ 'meta.json': '{"arch": ' });
    mkdirSync(join(path, 'sub'));
    copyFileSync(join(data, 'x4-4k-48/tables.bin.gz'), join(path, 'tables.bin.gz'));
    const { code, err } = await run(path);
    expect([code, err]).toEqual([2, expect.stringContaining('meta.json: is no JSON: ') as string]);
  });
});
