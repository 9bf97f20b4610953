import { describe, expect, it } from 'vitest';
import type { Migration, ScenarioJson } from './migrations.ts';
import { checkMigrationIds, migrate, MIGRATIONS } from './migrations.ts';
import { SCENARIO_VERSION } from './format.ts';

const to = (version: number): Migration => ({
  id: `scenario/${version}`,
  up: (s: ScenarioJson) => ({ ...s, trail: `${String(s['trail'] ?? '')}${version}` }),
});
const header = { format: 'pagewalk/scenario' };

describe('migrations', () => {
  it('are as many as there were versions', () => {
    expect(() => {
      checkMigrationIds(MIGRATIONS, SCENARIO_VERSION);
    }).not.toThrow();
  });

  it.each([
    ['a gap', [to(2), to(4)], 4],
    ['a wrong order', [to(3), to(2)], 3],
    ['one too few', [to(2)], 3],
    ['one too many', [to(2), to(3)], 2],
  ])('%s in the ids is noticed when the list is loaded', (_what, list, version) => {
    expect(() => {
      checkMigrationIds(list, version);
    }).toThrow('[engine bug]');
  });

  it('run in order from the version the scenario has, each once', () => {
    const list = [to(2), to(3), to(4)];
    expect(migrate({ ...header, version: 1 }, list, 4)).toEqual({
      ok: true,
      value: { ...header, version: 4, trail: '234' },
    });
    expect(migrate({ ...header, version: 3 }, list, 4)).toEqual({
      ok: true,
      value: { ...header, version: 4, trail: '4' },
    });
    expect(migrate({ ...header, version: 4 }, list, 4)).toEqual({
      ok: true,
      value: { ...header, version: 4 },
    });
  });

  it('refuse what is newer, and what has no version', () => {
    const newer = migrate({ ...header, version: 5 }, [to(2)], 2);
    expect(newer.ok ? '' : newer.error.message).toContain('newer Pagewalk');
    for (const version of [0, -1, 1.5, '1', null, undefined]) {
      const refused = migrate({ ...header, version }, [to(2)], 2);
      expect(refused.ok ? '' : refused.error.path).toBe('version');
    }
  });

  it('do not change what they are given', () => {
    const given = Object.freeze({ ...header, version: 1 });
    migrate(given, [to(2)], 2);
    expect(given).toEqual({ ...header, version: 1 });
  });
});
