import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import type { CaptureCase } from './golden-captures.ts';
import { captureCases, firstDifference } from './golden-captures.ts';

const data = fileURLToPath(new URL('../../tests/data/captures/', import.meta.url));
const shared = fileURLToPath(new URL('../../../shared/captures/', import.meta.url));

const made: string[] = [];
afterEach(() => {
  for (const path of made.splice(0)) rmSync(path, { recursive: true });
});

/** A copy of x4-4k-48 to damage. */
function copy(): string {
  const place = mkdtempSync(join(tmpdir(), 'pagewalk-captures-'));
  made.push(place);
  cpSync(join(data, 'x4-4k-48'), join(place, 'x4'), { recursive: true });
  return join(place, 'x4');
}

async function failures(cases: readonly CaptureCase[]): Promise<Record<string, string>> {
  const failed: Record<string, string> = {};
  for (const c of cases) {
    const difference = await c.run();
    if (difference !== undefined) failed[c.id] = difference;
  }
  return failed;
}

describe('captureCases', () => {
  it('gives a case a text, one for the counts, one for efi_mm', async () => {
    const cases = await captureCases(join(data, 'x4-4k-48'));
    expect(cases.filter((c) => c.fields['check'] !== 'event').map((c) => c.id)).toEqual([
      'x4-4k-48/efi_page_tables.txt',
      'x4-4k-48/kernel_page_tables-held.txt',
      'x4-4k-48/kernel_page_tables.txt',
      'x4-4k-48/stats',
      'x4-4k-48/efi_mm',
    ]);
    expect(cases[1]?.fields).toEqual({
      check: 'ptdump',
      capture: 'x4-4k-48',
      file: 'kernel_page_tables-held.txt',
      mm: 'init_mm',
    });
    const failed = await failures(cases.filter((c) => c.fields['check'] === 'ptdump'));
    expect(failed).toEqual({});
  });

  it.each(['x4-4k-48', 'a72-4k-48-noalias', 'max-16k-52'])(
    '%s: the engine changes what the live kernel changed, in all 23 permission calls',
    { timeout: 60_000 },
    async (name) => {
      const events = (await captureCases(join(data, name))).filter((c) => c.fields['check'] === 'event');
      expect(events).toHaveLength(23);
      expect(await failures(events)).toEqual({});
    },
  );

  it('notices an entry, a table and a return value that the live kernel would have had otherwise', async () => {
    const path = copy();
    const edit = (event: string, change: (e: Record<string, unknown>) => void): void => {
      const file = join(path, 'events', `${event}.json.gz`);
      const json = JSON.parse(gunzipSync(readFileSync(file)).toString()) as Record<string, unknown>;
      change(json);
      writeFileSync(file, gzipSync(JSON.stringify(json)));
    };
    edit('20-vmalloc-nx-1', (e) => (((e['changed'] as { new: string }[])[0] ?? { new: '' }).new = '0x1'));
    edit(
      '26-linear-ro-refused',
      (e) => (e['guest_output'] = [String(e['guest_output']).replace('ret=-22', 'ret=0')]),
    );
    edit('27-vmalloc-invalid', (e) => (e['changed'] = []));
    edit('28-vmalloc-valid', (e) => (e['nr_page_table_pages_delta'] = 3));
    const failed = await failures((await captureCases(path)).filter((c) => c.fields['check'] === 'event'));
    expect(failed['x4/events/20-vmalloc-nx-1']).toMatch(/the live kernel 0x1$/);
    expect(failed['x4/events/26-linear-ro-refused']).toBe('returns -22, the live kernel 0');
    expect(failed['x4/events/27-vmalloc-invalid']).toMatch(/not changed in the live kernel$/);
    expect(failed['x4/events/28-vmalloc-valid']).toMatch(/^nr_page_table_pages|^L3/);
    edit('07-linear-invalid-1', (e) => (e['new_tables'] = []));
    const later = await failures((await captureCases(path)).filter((c) => c.fields['check'] === 'event'));
    expect(later['x4/events/07-linear-invalid-1']).toMatch(/^L2 0xffff000041e00000: new table/);
    expect(later['x4/events/08-linear-valid-1']).toMatch(/where there is none$/);
  });

  it('gives a case for each permission call, never for events of several calls or none; an event that cannot be read fails', async () => {
    const path = copy();
    rmSync(join(path, 'events'), { recursive: true, force: true });
    mkdirSync(join(path, 'events'));
    const event = (name: string, command: unknown): void => {
      const json = { guest_command: command, changed: [], new_tables: [], gone_tables: [] };
      writeFileSync(join(path, 'events', `${name}.json.gz`), gzipSync(JSON.stringify(json)));
    };
    event('06-alloc', 'op pages 0 9 1');
    event('07-invalid', 'op invalid 0 5 1');
    event('20-nx', 'op nx 3 1 1');
    event('38-hold', 'op invalid 0 5 1; op x 3 2 1');
    event('39-idle', 'st');
    event('40-strange', 7);
    writeFileSync(join(path, 'events', '41-damaged.json.gz'), 'x');
    const cases = (await captureCases(path)).filter((c) => c.fields['check'] === 'event');
    expect(cases.map((c) => [c.id, c.fields['op']])).toEqual([
      ['x4/events/07-invalid', 'invalid'],
      ['x4/events/20-nx', 'nx'],
      ['x4/events/40-strange', undefined],
      ['x4/events/41-damaged', undefined],
    ]);
    for (const c of cases) expect(await c.run()).toMatch(/cannot be read/);
  });

  it('fails on one wrong character, and says where', async () => {
    const path = copy();
    const file = join(path, 'efi_page_tables.txt');
    writeFileSync(file, readFileSync(file, 'utf8').replace('DEVICE/nGnRE', 'DEVICE/nGnRX'));
    expect(await failures((await captureCases(path)).filter((c) => c.fields['check'] === 'ptdump'))).toEqual({
      'x4/efi_page_tables.txt': expect.stringMatching(
        /^line 3: expected ".*DEVICE\/nGnRX"\n {2}but printed ".*DEVICE\/nGnRE"$/,
      ) as string,
    });
  });

  it('fails on one wrong count, of any state', async () => {
    const path = copy();
    const meta = JSON.parse(readFileSync(join(path, 'meta.json'), 'utf8')) as {
      held: { stats: { init_mm: Record<string, { exec: number }> } };
    };
    const level = meta.held.stats.init_mm['3'];
    if (level !== undefined) level.exec++;
    writeFileSync(join(path, 'meta.json'), JSON.stringify(meta));
    const stats = (await captureCases(path)).find((c) => c.id === 'x4/stats');
    expect(await stats?.run()).toBe('tables-held.bin.gz: init_mm level 3 exec: expected 1203, counted 1202');
  });

  it('fails, and does not throw, when files are missing or damaged', async () => {
    const path = copy();
    rmSync(join(path, 'tables-held.bin.gz'));
    const tables = gunzipSync(readFileSync(join(path, 'tables.bin.gz')));
    tables.writeUInt32LE(53, 8);
    writeFileSync(join(path, 'tables.bin.gz'), gzipSync(tables));
    const failed = await failures(await captureCases(path));
    expect(failed['x4/kernel_page_tables-held.txt']).toMatch(/^tables-held\.bin\.gz: cannot be read: /);
    expect(failed['x4/kernel_page_tables.txt']).toBe(
      'tables.bin.gz: byte 214264, table 52: the file ends inside the head of this table',
    );
    expect(failed['x4/stats']).toBe(failed['x4/kernel_page_tables.txt']);
    rmSync(join(path, 'meta.json'));
    const without = await failures(await captureCases(path));
    expect(without['x4/stats']).toMatch(/^meta\.json: cannot be read: /);
  });

  it('gives none for a folder that is no capture', async () => {
    expect(await captureCases(data)).toEqual([]);
  });

  it.runIf(existsSync(shared))(
    'finds the 23 permission calls of each arm64 capture, and prints every text',
    { timeout: 60_000 },
    async () => {
      for (const name of [
        'a72-4k-48',
        'a72-4k-48-noalias',
        'max-16k-52',
        'max-4k-52',
        'x4-4k-48',
        'x86-48',
      ]) {
        const cases = await captureCases(join(shared, name));
        const count = (check: string): number => cases.filter((c) => c.fields['check'] === check).length;
        if (name !== 'x86-48') expect([name, count('event'), count('efi')]).toEqual([name, 23, 1]);
        expect(await failures(cases.filter((c) => c.fields['check'] === 'ptdump'))).toEqual({});
      }
    },
  );
});

describe('firstDifference', () => {
  it('is undefined for equal texts, else the first line that differs', () => {
    expect(firstDifference('a\nb\n', 'a\nb\n')).toBeUndefined();
    expect(firstDifference('a\nb\n', 'a\nc\n')).toBe('line 2: expected "b"\n  but printed "c"');
    expect(firstDifference('a\n', 'a\nb\n')).toBe('line 2: expected ""\n  but printed "b"');
    expect(firstDifference('a\n', 'a')).toBe('line 2: expected ""\n  but printed the end');
    expect(firstDifference('a', 'a\n')).toBe('line 2: expected the end\n  but printed ""');
  });
});
