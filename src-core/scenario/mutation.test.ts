import { describe, expect, it } from 'vitest';
import { runBuiltIn } from '../../tests/support/built-in.ts';
import { read } from '../step/op-memory.ts';
import { Warn } from '../step/op-walk.ts';
import { findLibraryEntry } from './library.ts';
import type { Mutation } from './mutation.ts';
import type { Run } from './run.ts';

function run(id: string, mutation?: Mutation): Run {
  const entry = findLibraryEntry(id);
  if (entry === undefined) throw new Error(`no ${id}`);
  return runBuiltIn(entry.scenario, mutation === undefined ? {} : { mutation });
}

const told = (of: Run): readonly string[] => of.steps.map((s) => `${s.ev} ${s.fn} ${s.depth}`);

describe('a mutation', () => {
  it('that changes nothing changes nothing, the call stacks included', () => {
    for (const id of ['one-page-in-a-block', 'locks-by-level', 'stale-again']) {
      const [plain, same] = [run(id), run(id, { op: (op) => [op] })];
      expect(same.steps).toEqual(plain.steps);
      const middle = Math.floor(plain.steps.length / 2);
      expect(same.stackAt(middle)).toEqual(plain.stackAt(middle));
    }
  });

  it('leaves an op out, or puts another before it; functions further in are reached too', () => {
    const plain = run('whole-blocks');
    const without = run('whole-blocks', { op: (op) => (op.op === 'tlbi' ? [] : [op]) });
    expect(told(without)).toEqual(told(plain).filter((s) => !s.startsWith('tlbi')));
    const more = run('whole-blocks', {
      op: (op, fn) => (fn === 'pageattr_pmd_entry' && op.op === 'store' ? [new Warn(), op] : [op]),
    });
    expect(more.steps.filter((s) => s.ev === 'warn').map((s) => s.fn)).toEqual([
      'pageattr_pmd_entry',
      'pageattr_pmd_entry',
    ]);
    expect(more.results).toEqual(plain.results);
  });

  it('gives the function the answer of the op that was performed last', () => {
    // Each PMD is read twice, and what counts is the second answer.
    const twice = run('whole-blocks', { op: (op) => (op.op === 'load' ? [read(op.at, op.by), op] : [op]) });
    expect(twice.results).toEqual(run('whole-blocks').results);
    expect(twice.steps.filter((s) => s.ev === 'load').length).toBe(
      2 * run('whole-blocks').steps.filter((s) => s.ev === 'load').length,
    );
  });

  it('changes rules without touching the revision’s', () => {
    const walk = (): Run => run('no-install');
    const lax: Mutation = {
      rules: (rules) => ({ ...rules, walk: { ...rules.walk, refusesInstallPte: false } }),
    };
    expect(walk().results).toEqual([{ rets: [-22] }]);
    expect(run('no-install', lax).results).not.toEqual([{ rets: [-22] }]);
    expect(walk().results).toEqual([{ rets: [-22] }]);
  });
});
