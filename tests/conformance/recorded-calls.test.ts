import { describe, expect, it } from 'vitest';
import type { GoldenCase } from '../../src-core/golden/case.ts';
import { functionOf } from '../../src-core/golden/golden-call.ts';
import type { RecordedCall } from '../../src-core/golden/recorded-calls.ts';
import { RECORDED_CALLS, recordedAt } from '../../src-core/golden/recorded-calls.ts';
import type { RaceCase } from '../../src-core/golden/race-case.ts';
import type { CallName } from '../../src-core/scenario/calls.ts';
import { CALL_NAMES } from '../../src-core/scenario/calls.ts';
import { readGolden } from './read-golden.ts';

describe('calls with recorded data', () => {
  it('are those the golden files have, at the revisions they have them', () => {
    const found = new Map<string, { traces: Set<string>; accesses: Set<string> }>();
    const note = (fn: string, kind: 'traces' | 'accesses', kernel: string): void => {
      const of = found.get(fn) ?? { traces: new Set(), accesses: new Set() };
      of[kind].add(`v${kernel}`);
      found.set(fn, of);
    };
    for (const c of readGolden<GoldenCase>('public.jsonl.gz'))
      note(functionOf(c.scenario.op), 'traces', c.kernel);
    for (const c of readGolden<RaceCase>('races-public.jsonl.gz'))
      for (const op of c.scenario.ops) note(functionOf(op), 'accesses', c.kernel);
    const listed = (of: RecordedCall): unknown => ({
      traces: [...of.traces].sort(),
      accesses: [...of.accesses].sort(),
    });
    expect(Object.fromEntries(Object.entries(RECORDED_CALLS).map(([fn, of]) => [fn, listed(of)]))).toEqual(
      Object.fromEntries(
        [...found].map(([fn, of]) => [fn, listed({ traces: [...of.traces], accesses: [...of.accesses] })]),
      ),
    );
    for (const fn of Object.keys(RECORDED_CALLS)) expect(CALL_NAMES).toContain(fn as CallName);
  });

  it('are none at revisions nobody recorded', () => {
    expect(recordedAt('walk_page_range', 'v7.3')).toBe('traces');
    expect(recordedAt('walk_page_range', 'perm-v4')).toBe('nothing');
    expect(recordedAt('retract_page_tables', 'v7.3')).toBe('accesses');
    expect(recordedAt('walk_page_range_novma', 'v6.12.0')).toBe('nothing');
  });
});
