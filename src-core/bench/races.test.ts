import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { searchScenario } from '../index.ts';
import { prepareRaceFile, RACES, racePromela } from './races.ts';

const path = (name: string): string => fileURLToPath(new URL(`../../bench/races/${name}`, import.meta.url));

describe('races for another checker', () => {
  it.each(RACES)(
    '%s: has the verdict it expects, and its model is the one made from the engine’s steps',
    (name) => {
      const text = readFileSync(path(`${name}.json`), 'utf8');
      const prepared = prepareRaceFile(text);
      const verdict = searchScenario(prepared);
      expect(verdict.complete).toBe(true);
      expect(verdict.verdict).toBe(prepared.scenario.expect);
      expect(searchScenario(prepared, { unfolded: true })).toEqual(verdict);
      const model = racePromela(text);
      expect(model.nodes).toBeGreaterThan(20);
      // Made anew by: UPDATE_MODELS=1 npx vitest run src-core/bench/races.test.ts
      if (process.env['UPDATE_MODELS'] === '1') writeFileSync(path(`${name}.pml`), model.text);
      expect(readFileSync(path(`${name}.pml`), 'utf8')).toBe(model.text);
    },
  );
});
