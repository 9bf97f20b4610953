import { describe, expect, it } from 'vitest';
import { parseArm64Geometry } from '../../arch/arm64/geometry.ts';
import { U64 } from '../../base/u64.ts';
import { Machine } from '../../machine/machine.ts';
import { Recorder } from '../../machine/recorder.ts';
import { Journal } from '../../memory/journal.ts';
import { PhysicalMemory } from '../../memory/physical.ts';
import type { Mm } from '../../mm/mm.ts';
import { findRevision } from '../../revision/revisions.ts';
import { Lock, Unlock } from '../../step/op-lock.ts';
import { store } from '../../step/op-memory.ts';
import { entryPtr } from '../../step/pointer.ts';
import type { Step } from '../../step/step.ts';
import type { Walker } from '../../step/walker.ts';
import { kernelFunction } from '../../step/walker.ts';
import type { Kernel } from '../kernel.ts';
import {
  pmdLock,
  pmdSame,
  pteOffsetMap,
  pteOffsetMapNolock,
  pteOffsetMapRoNolock,
  pteOffsetMapRwNolock,
  pteUnmap,
} from './pgtable-generic.ts';

const USER: Mm = { name: 'user', pgd: 0x1000, base: U64.ZERO };
const PMD = entryPtr('pmd', 0x1000, 3);
const TABLE = U64.from(0x2003);
const ADDR = U64.from(0x7000);

/** Runs a body as the only context, with this in the PMD; answers its steps. */
function run(
  pmdval: U64,
  body: (k: Kernel) => Walker<number>,
  setting: { readonly revision?: string; readonly nrCpus?: number; readonly highPte?: boolean } = {},
): { readonly steps: readonly Step[]; readonly ret: number | null | undefined } {
  const geo = parseArm64Geometry('4k48');
  const revision = findRevision(setting.revision ?? 'v7.3');
  if (!geo.ok || revision === undefined) throw new Error('no geometry or revision');
  const memory = new PhysicalMemory();
  memory.add(0x1000, 2, 'user', U64.ZERO, 512);
  memory.add(0x2000, 3, 'user', undefined, 512);
  memory.page(0x1000)?.set(3, pmdval.hi, pmdval.lo);
  const k = {
    geo: geo.value,
    rules: revision.rules,
    config: {
      arch: 'arm64',
      nrCpus: setting.nrCpus ?? 0,
      splitPte: true,
      splitPmd: true,
      highPte: setting.highPte ?? false,
    },
  } as unknown as Kernel;
  const recorder = new Recorder(100);
  const start = kernelFunction({ name: 'caller', file: '', lines: {} }, () => body(k));
  const machine = new Machine({
    geo: geo.value,
    revision: revision.id,
    memory,
    journal: new Journal(),
    contexts: [{ cpu: 0, holds: [], calls: [{ args: {}, locks: [], start }] }],
    assertions: 'owner',
    fold: 'none',
    recorder,
  });
  for (let [ctx] = machine.enabled(); ctx !== undefined; [ctx] = machine.enabled()) machine.turn(ctx);
  return { steps: recorder.steps, ret: machine.contexts[0]?.rets[0] };
}

const told = (steps: readonly Step[]): string[] =>
  steps.flatMap((s) =>
    s.ev === 'lock' || s.ev === 'unlock'
      ? [`${s.ev} ${s.name}`]
      : s.ev === 'load'
        ? [s.by]
        : s.ev === 'bad'
          ? ['bad']
          : [],
  );

describe('pte_offset_map()', () => {
  const map = (pmdval: U64, revision = 'v7.3'): { readonly steps: readonly Step[]; readonly ret: unknown } =>
    run(
      pmdval,
      function* (k): Walker<number> {
        const pte = yield* pteOffsetMap(k, PMD, ADDR);
        if (pte === undefined) return -1;
        yield* pteUnmap(k, pte);
        return pte.idx;
      },
      { revision },
    );

  it('stays in an RCU section until it is unmapped', () => {
    const { steps, ret } = map(TABLE);
    expect(told(steps)).toEqual(['lock rcu', 'pmdp_get_lockless', 'unlock rcu']);
    expect(ret).toBe(7);
  });

  it('maps a table in high memory within the section, and unmaps it before its end', () => {
    const steps = (pmdval: U64): string[] =>
      run(
        pmdval,
        function* (k): Walker<number> {
          const pte = yield* pteOffsetMap(k, PMD, ADDR);
          if (pte === undefined) return -1;
          yield* pteUnmap(k, pte);
          return 0;
        },
        { highPte: true },
      ).steps.flatMap((s) => (s.ev === 'kmap' ? [`${s.on ? 'map' : 'unmap'} ${s.table}`] : told([s])));
    expect(steps(TABLE)).toEqual([
      'lock rcu',
      'pmdp_get_lockless',
      'map 0x2000',
      'unmap 0x2000',
      'unlock rcu',
    ]);
    expect(steps(U64.ZERO)).toEqual(['lock rcu', 'pmdp_get_lockless', 'unlock rcu']);
  });

  it.each([
    ['empty', '0x0'],
    ['a huge page', '0xe8000040000f41'],
  ])('gives nothing for a PMD that is %s, and leaves the section', (_what, value) => {
    const { steps, ret } = map(U64.hex(value));
    expect(told(steps)).toEqual(['lock rcu', 'pmdp_get_lockless', 'unlock rcu']);
    expect(ret).toBe(-1);
  });

  it('v7.3 gives up on what is not present; before, it was malformed, and cleared', () => {
    expect(told(map(U64.hex('0x40000000')).steps)).not.toContain('bad');
    expect(told(map(U64.hex('0x40000000'), 'v6.12').steps)).toContain('bad');
  });
});

describe.each([
  ['pte_offset_map_ro_nolock', pteOffsetMapRoNolock],
  ['pte_offset_map_rw_nolock', pteOffsetMapRwNolock],
  ['pte_offset_map_nolock', pteOffsetMapNolock],
])('%s()', (name, mapNolock) => {
  it('takes no lock, and names the one of the table it found', () => {
    let named = '';
    const { steps } = run(
      TABLE,
      function* (k): Walker<number> {
        const mapped = yield* mapNolock(k, USER, PMD, ADDR);
        if (mapped === undefined) return -1;
        named = mapped.ptl;
        expect(mapped.pmdval.eq(TABLE)).toBe(true);
        yield* pteUnmap(k, mapped.pte);
        return 0;
      },
      { nrCpus: 4 },
    );
    expect(named).toBe('ptl@0x2000');
    expect(told(steps)).toEqual(['lock rcu', 'pmdp_get_lockless', 'unlock rcu']);
    expect(steps.some((s) => s.fn === name)).toBe(true);
  });

  it('lets its caller notice, under that lock, that the table was taken away', () => {
    const { ret } = run(TABLE, function* (k): Walker<number> {
      const mapped = yield* mapNolock(k, USER, PMD, ADDR);
      if (mapped === undefined) return -1;
      yield* store(PMD, U64.ZERO);
      yield* new Lock(mapped.ptl, 'write');
      const same = yield* pmdSame(PMD, mapped.pmdval);
      yield* new Unlock(mapped.ptl);
      yield* pteUnmap(k, mapped.pte);
      return same ? 1 : 0;
    });
    expect(ret).toBe(0);
  });

  it('gives nothing, with nothing held, where there is no table', () => {
    const { steps, ret } = run(U64.ZERO, function* (k): Walker<number> {
      return (yield* mapNolock(k, USER, PMD, ADDR)) === undefined ? -1 : 0;
    });
    expect(ret).toBe(-1);
    expect(steps.at(-1)?.held).toEqual([]);
  });
});

describe('pmd_lock()', () => {
  it.each([
    [0, 'pmd_lock'],
    [3, 'page_table_lock:user'],
    [4, 'pmd_lock@0x1000'],
  ])('built for %d CPUs: %s', (nrCpus, name) => {
    const { steps } = run(
      TABLE,
      function* (k): Walker<number> {
        yield* new Unlock(yield* pmdLock(k, USER, PMD));
        return 0;
      },
      { nrCpus },
    );
    expect(told(steps)).toEqual([`lock ${name}`, `unlock ${name}`]);
  });
});
