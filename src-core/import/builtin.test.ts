import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { BUILTIN_CAPTURES } from './builtin.ts';
import { builtinMeta } from './builtin-meta.ts';
import { importCapture } from './capture.ts';
import { checkMeta } from './meta.ts';
import { ptdumpText } from './ptdump.ts';

const at = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));

describe('captures that come with the page', () => {
  it('are listed for the page as they are for the engine', () => {
    expect(JSON.parse(readFileSync(at('public/captures/index.json'), 'utf8'))).toEqual(BUILTIN_CAPTURES);
  });

  it.each(BUILTIN_CAPTURES.map((c) => [c.name, c] as const))(
    '%s is complete and as large as it says',
    (name, c) => {
      const tables = readFileSync(at(`public/${c.tables}`));
      const meta = readFileSync(at(`public/${c.meta}`));
      expect(tables.length + meta.length).toBe(c.bytes);
      const capture = importCapture(tables, JSON.parse(meta.toString()), 'x');
      if (!capture.ok) throw new Error(capture.error.message);
      expect(capture.value.name).toBe(name);
      // The page takes it unchecked.
      expect(checkMeta(JSON.parse(meta.toString()))).toEqual({
        ok: true,
        value: builtinMeta(JSON.parse(meta.toString())),
      });
      expect(capture.value.world.notes).toEqual([]);
      expect(capture.value.stats).toEqual(capture.value.meta?.stats);
      for (const [mm, file] of [
        ['init_mm', 'kernel'],
        ['efi_mm', 'efi'],
      ] as const) {
        const text = readFileSync(at(`tests/data/captures/${name}/${file}_page_tables.txt`), 'utf8');
        expect(ptdumpText(capture.value, mm)).toEqual({ ok: true, value: text });
      }
    },
  );
});
