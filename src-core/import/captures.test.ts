import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { brotliDecompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { Capture } from './capture.ts';
import { importCapture } from './capture.ts';
import { ptdumpText } from './ptdump.ts';
import type { CapturedMm } from './tables.ts';
import { U64 } from '../base/u64.ts';
import { linearAddress } from '../kernel/arch/arm64/mm/pageattr.ts';
import { findRevision } from '../revision/revisions.ts';
import { kernelOf } from '../scenario/prepare.ts';

const own = fileURLToPath(new URL('../../tests/data/captures/', import.meta.url));
const shared = fileURLToPath(new URL('../../../shared/captures/', import.meta.url));

/** Every capture folder there is: the project's own, and more where they lie beside the checkout. */
const folders = [own, shared].filter(existsSync).flatMap((place) =>
  readdirSync(place, { withFileTypes: true })
    .filter((d) => d.isDirectory())
    .map((d) => `${place}${d.name}`),
);

/** A file, or its brotli form. */
function read(path: string): Buffer | undefined {
  if (existsSync(path)) return readFileSync(path);
  const packed = path.endsWith('.gz') ? path.slice(0, -3) : path;
  return existsSync(`${packed}.br`) ? brotliDecompressSync(readFileSync(`${packed}.br`)) : undefined;
}

function load(folder: string, file = 'tables.bin.gz'): Capture | undefined {
  const tables = read(`${folder}/${file}`);
  if (tables === undefined) return undefined;
  const capture = importCapture(tables, JSON.parse(readFileSync(`${folder}/meta.json`, 'utf8')), 'x');
  if (!capture.ok) throw new Error(`${folder}/${file}: ${capture.error.path}: ${capture.error.message}`);
  return capture.value;
}

describe('the project has captures of its own', () => {
  it('arm64 with 4K and 16K pages, 48 and 52 bits, and x86-64', () => {
    expect(readdirSync(own).filter((n) => n !== 'README.md')).toEqual([
      'a72-4k-48-noalias',
      'max-16k-52',
      'max-4k-52',
      'x4-4k-48',
      'x86-48',
    ]);
  });
});

describe.each(folders)('%s', (folder) => {
  const texts: readonly (readonly [string, string, CapturedMm])[] = [
    ['kernel_page_tables.txt', 'tables.bin.gz', 'init_mm'],
    ['efi_page_tables.txt', 'tables.bin.gz', 'efi_mm'],
    ['kernel_page_tables-held.txt', 'tables-held.bin.gz', 'init_mm'],
    ['kernel_page_tables-boot.generated.txt', 'tables-boot.bin.gz', 'init_mm'],
  ];
  it.each(texts.filter(([text]) => read(`${folder}/${text}`) !== undefined))(
    'prints %s byte for byte',
    (text, tables, mm) => {
      const capture = load(folder, tables);
      const printed = capture === undefined ? undefined : ptdumpText(capture, mm);
      expect(printed).toEqual({ ok: true, value: read(`${folder}/${text}`)?.toString('utf8') });
    },
  );

  it('counts tables and leaves as the capture did', () => {
    const capture = load(folder);
    expect(capture?.stats).toEqual(capture?.meta?.stats);
    const boot = load(folder, 'tables-boot.bin.gz');
    expect(boot?.stats).toEqual(boot?.meta?.stats_boot);
    const held = load(folder, 'tables-held.bin.gz');
    expect(held?.stats).toEqual(held?.meta?.held?.stats);
  });

  it('puts every table into memory once, at the first address it was found', () => {
    const capture = load(folder);
    const records = capture?.file.records ?? [];
    const pages = [...(capture?.world.memory.pages() ?? [])];
    expect(pages.length).toBe(new Set(records.map((r) => r.pa)).size);
    for (const page of pages) {
      const first = records.find((r) => r.pa === page.pa);
      expect(first?.va.eq(page.va ?? U64.ZERO)).toBe(true);
      expect(first?.lanes).toBe(page.lanes);
    }
    const listed = pages.reduce((sum, p) => sum + (capture?.file.shared.get(p.pa) ?? 1), 0);
    expect(listed).toBe(records.length);
  });
});

describe('x4-4k-48', () => {
  const capture = load(`${own}x4-4k-48`);

  it('is a 52-bit build running with 48 bits, with live splitting', () => {
    expect(capture?.world.geo.id).toBe('4k52@48');
    expect(capture?.world.config).toEqual({
      bbml3: true,
      capsFinal: true,
      linearReq: true,
      rodataFull: true,
      debugPagealloc: false,
      kfenceDirect: true,
      bti: false,
      useNg: false,
      physOffset: U64.ZERO,
    });
    expect(capture?.world.mms.map((m) => [m.name, m.pgd, m.base.toHex()])).toEqual([
      ['init_mm', 0x72f03000, '0xffff000000000000'],
      ['efi_mm', 0x402cc000, '0x0'],
    ]);
    expect(capture?.world.notes).toEqual([]);
  });

  it('stays as captured when a fork of its memory is written', () => {
    const before = capture?.world.memory.read(0x72f03000, 0);
    const fork = capture?.world.memory.fork();
    fork?.write(0x72f03000, 0, 1, 2);
    expect(fork?.read(0x72f03000, 0).toHex()).toBe('0x100000002');
    expect(capture?.world.memory.read(0x72f03000, 0)).toEqual(before);
  });

  it('prints the new text after a write, not the one it has seen', () => {
    if (capture === undefined) throw new Error('no capture');
    const { world } = capture;
    const page = [...world.memory.pages()].find(
      (p) => p.hw === 2 && p.get(15).toHex() === '0xe8000041e00705',
    );
    const memory = world.memory.fork();
    const now = { ...capture, world: { ...world, memory } };
    const before = ptdumpText(now, 'init_mm');
    memory.write(page?.pa ?? 0, 15, 0x00e80000, 0x41e00f04);
    const once = ptdumpText(now, 'init_mm');
    memory.write(page?.pa ?? 0, 15, 0x00e80000, 0x41e00f84);
    const twice = ptdumpText(now, 'init_mm');
    const line = (r: typeof once): string | undefined =>
      r.ok ? r.value.split('\n').find((l) => l.startsWith('0xffff000041e00000-')) : undefined;
    expect(line(before)).toBeUndefined();
    expect(line(once)).toBe(
      '0xffff000041e00000-0xffff000042000000           2M PMD F     RW NX SHD AF NG         UXN    MEM/NORMAL-TAGGED',
    );
    expect(line(twice)).toBe(
      '0xffff000041e00000-0xffff000042000000           2M PMD F     ro NX SHD AF NG         UXN    MEM/NORMAL-TAGGED',
    );
  });

  it('does without meta.json, and says what is missing', () => {
    const bare = importCapture(readFileSync(`${own}x4-4k-48/tables.bin.gz`), undefined, 'bare');
    if (!bare.ok) throw new Error(bare.error.message);
    expect([bare.value.name, bare.value.world.geo.id, bare.value.world.config]).toEqual([
      'bare',
      '4k48',
      undefined,
    ]);
    expect(bare.value.world.notes[0]).toMatch(
      /^meta\.json is missing: areas of the address space have no names/,
    );
    expect(ptdumpText(bare.value, 'init_mm')).toEqual({
      ok: false,
      error: {
        path: 'bare',
        message: "the text of init_mm needs the kernel's markers, and meta.json, which has them, is missing",
      },
    });
  });
});

describe('how the captured kernel was booted', () => {
  const meta = JSON.parse(readFileSync(`${own}x4-4k-48/meta.json`, 'utf8')) as Record<string, unknown>;
  /** The configuration of the capture with other words in its meta.json. */
  const configWith = (engine: Record<string, unknown>, more: Record<string, unknown> = {}) => {
    const other = { ...meta, engine: { ...(meta['engine'] as object), ...engine }, ...more };
    const capture = importCapture(readFileSync(`${own}x4-4k-48/tables.bin.gz`), other, 'x');
    if (!capture.ok) throw new Error(capture.error.message);
    return capture.value.world.config;
  };

  /** facts: which boot gives which linear map. */
  it.each([
    ['A: debug_pagealloc, whatever else', { debug_pagealloc: true }, false],
    ['B: BBML3, rodata=full', { kfence_early: true }, true],
    ['B: BBML3, a late KFENCE', { rodata: 'noalias' }, true],
    ['C: BBML3, nothing changes the linear map', { rodata: 'noalias', kfence_early: true }, false],
    ['D: no BBML3, rodata=full', { bbml: false, kfence_early: true }, false],
    ['E: no BBML3, rodata=off', { bbml: false, rodata: 'off', kfence_early: true }, false],
  ])('%s', (_what, engine, linearReq) => {
    expect(configWith(engine)?.linearReq).toBe(linearReq);
  });

  it('has the flags as meta.json has them', () => {
    expect(
      configWith({ bti: true, kpti: true, rodata: 'off', bbml: false, kfence_early: true }),
    ).toMatchObject({
      bti: true,
      useNg: true,
      rodataFull: false,
      bbml3: false,
      kfenceDirect: false,
    });
    expect(configWith({ kfence_early: undefined })?.kfenceDirect).toBe(false);
  });

  it('knows where the linear map is, with or without the rest', () => {
    const shifted = { linear_va_minus_pa: '0xfffeffffc0000000' };
    expect(configWith({}, shifted)?.physOffset?.toHex()).toBe('0x40000000');
    expect(configWith({}, { ...shifted, engine: undefined })).toEqual({ physOffset: U64.hex('0x40000000') });
    expect(configWith({}, { linear_va_minus_pa: undefined, engine: undefined })).toEqual({});
  });

  it.each(folders.filter((folder) => !folder.includes('x86')))(
    '%s: efi_mm lies where the kernel saw it',
    (folder) => {
      const capture = load(folder);
      const revision = findRevision('v7.3');
      const efi = capture?.meta?.pgd?.['efi_mm'];
      if (capture === undefined || revision === undefined || efi === undefined) throw new Error('no efi_mm');
      const va = linearAddress(kernelOf(capture.world, revision), U64.parse(efi.pa) ?? U64.ZERO);
      expect(va.toHex()).toBe(efi['va']);
    },
  );

  it('of x86 is not said', () => {
    expect(load(`${own}x86-48`)?.world.config).toBeUndefined();
  });
});

describe('x86-48', () => {
  it('has shared tables once, with the number of entries that lead to them', () => {
    const capture = load(`${own}x86-48`);
    expect(capture?.world.geo).toMatchObject({ arch: 'x86', id: 'x86-57@48', rootHw: 0, rootIndexBits: 9 });
    expect([...(capture?.world.memory.pages() ?? [])].length).toBe(138);
    expect(capture?.file.shared.size).toBe(104);
    expect(capture?.world.notes.join()).toContain('104 tables are reached by several entries');
  });
});

describe('max-4k-52', () => {
  it('has five levels, LPA2 descriptors, and an efi_mm root that is 128-byte aligned', () => {
    const capture = load(`${own}max-4k-52`);
    expect(capture?.world.geo).toMatchObject({ id: '4k52', rootHw: -1, rootIndexBits: 4, lpa2: true });
    const efi = capture?.world.mms.find((m) => m.name === 'efi_mm');
    expect((efi?.pgd ?? 0) % 4096).not.toBe(0);
    expect((efi?.pgd ?? 1) % 128).toBe(0);
  });
});
