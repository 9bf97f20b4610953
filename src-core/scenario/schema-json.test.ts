import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rng } from '../base/rng.ts';
import { openScenario } from './migrations.ts';
import type { JsonSchema } from './schema-json.ts';
import { DESCRIPTIONS, SCENARIO_SCHEMA_PATH, scenarioJsonSchema } from './schema-json.ts';
import { checkShape } from './schema.ts';
import { validScenario } from './testing/arbitrary.ts';
import { fits } from './testing/json-schema.ts';

const path = (relative: string): string => fileURLToPath(new URL(`../../${relative}`, import.meta.url));
const schema = scenarioJsonSchema();

describe('the published schema', () => {
  // Made anew by: UPDATE_SCHEMA=1 npx vitest run src-core/scenario/schema-json.test.ts
  it('is the one the engine checks with', () => {
    const file = path(`public/${SCENARIO_SCHEMA_PATH}`);
    const text = `${JSON.stringify(schema, null, 2)}\n`;
    if (process.env['UPDATE_SCHEMA'] === '1') {
      mkdirSync(path('public/schema'), { recursive: true });
      writeFileSync(file, text);
    }
    expect(readFileSync(file, 'utf8')).toBe(text);
  });

  it('describes every key, and nothing that is not there', () => {
    const paths = new Set<string>();
    const visit = (s: JsonSchema, at: string): void => {
      for (const [key, value] of Object.entries((s['properties'] ?? {}) as Record<string, JsonSchema>)) {
        const here = at === '' ? key : `${at}.${key}`;
        paths.add(here);
        expect(value['description'], here).toEqual(expect.any(String));
        visit(value, here);
      }
      for (const option of (s['anyOf'] ?? []) as JsonSchema[]) visit(option, at);
      if (typeof s['items'] === 'object') visit(s['items'] as JsonSchema, `${at}[]`);
    };
    visit(schema, '');
    expect(Object.keys(DESCRIPTIONS).filter((p) => !paths.has(p.replace(/\[\]$/, '')))).toEqual([]);
  });

  it('accepts what the engine accepts', () => {
    fc.assert(
      fc.property(validScenario, (scenario) => {
        expect(fits(schema, scenario)).toBe(true);
      }),
      { seed: 41, numRuns: 200 },
    );
  }, 30_000);

  it('refuses what the engine refuses', () => {
    const random = rng(42);
    const values = [
      null,
      0,
      -1,
      1.5,
      64,
      4,
      '',
      'x',
      '0x0',
      '0xZ',
      '0x00000000000000000',
      'mmap:init_mm',
      [],
      {},
      true,
      70000,
      'pte',
      'read',
    ];
    /** Changes, removes or adds one thing somewhere. */
    const spoil = (json: unknown): void => {
      let at = json;
      for (;;) {
        if (typeof at !== 'object' || at === null) return;
        const keys = Object.keys(at);
        const key = keys.length === 0 ? 'more' : random.pick(keys);
        const inner = (at as Record<string, unknown>)[key];
        if (typeof inner === 'object' && inner !== null && random.below(6) > 0) {
          at = inner;
          continue;
        }
        const how = random.below(5);
        if (how === 0 && !Array.isArray(at)) Reflect.deleteProperty(at, key);
        else if (how === 1 && !Array.isArray(at)) Object.assign(at, { more: 1 });
        else if (how === 1 && Array.isArray(at)) at.push(random.pick(values));
        else Object.assign(at, { [key]: random.pick(values) });
        return;
      }
    };
    let refused = 0;
    for (const scenario of fc.sample(validScenario, { seed: 43, numRuns: 1500 })) {
      const copy: unknown = structuredClone(scenario);
      spoil(copy);
      const shape = checkShape(copy).ok;
      if (!shape) refused++;
      expect(fits(schema, copy), JSON.stringify(copy)).toBe(shape);
    }
    expect(refused).toBeGreaterThan(500);
  }, 30_000);
});

describe('docs/scenario.md', () => {
  const text = readFileSync(path('docs/scenario.md'), 'utf8');
  const examples = [...text.matchAll(/^```json\n(.*?)^```$/gms)].map((m) => m[1] ?? '');

  it('has a full example that opens', () => {
    const [full] = examples;
    const opened = openScenario(JSON.parse(full ?? ''));
    expect(opened.ok ? '' : opened.error).toBe('');
    expect(fits(schema, JSON.parse(full ?? ''))).toBe(true);
  });

  it('names every key of the format', () => {
    for (const key of Object.keys(DESCRIPTIONS)) {
      const name = key.replace(/\[\]$/, '').split('.').at(-1) ?? '';
      expect(text, name).toContain(`\`${name.replace('[]', '')}\``);
    }
  });
});
