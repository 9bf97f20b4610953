import { describe, expect, it } from 'vitest';
import { parseArm64Geometry } from '../../arch/arm64/geometry.ts';
import { upperHalf } from '../../arch/geometry.ts';
import { U64 } from '../../base/u64.ts';
import { Machine } from '../../machine/machine.ts';
import { Recorder } from '../../machine/recorder.ts';
import { Journal } from '../../memory/journal.ts';
import { PhysicalMemory } from '../../memory/physical.ts';
import type { Mm, MmName } from '../../mm/mm.ts';
import { findRevision, rulesOf } from '../../revision/revisions.ts';
import type { KernelCall } from '../../step/walker.ts';
import type { MmWalkOps, PageWalkLock } from '../include/linux/pagewalk.ts';
import type { Kernel } from '../kernel.ts';
import {
  walkKernelPageTableRange,
  walkKernelPageTableRangeLockless,
  walkPageRangeDebug,
  walkPageRangeNovma,
} from './pagewalk.ts';
import { walkPageRange } from './pagewalk-vma.ts';

/**
 * What each entry function asserts and returns when its caller holds nothing, by revision: written from the documented
 * behaviour of each posted version, for which there are no recorded traces.
 */
const ROOTS: Readonly<Record<MmName, number>> = { init_mm: 0x1000, efi_mm: 0x2000, user: 0x3000 };
const START = U64.from(0x1000);
const END = U64.from(0x2000);

/** Asserted locks in order (`W efi_mm`, `R init_mm`), then what was returned; and the first table read. */
function outcome(
  revision: string,
  call: (k: Kernel, mm: (name: MmName) => Mm) => KernelCall<number>,
): { readonly said: string; readonly table: string | undefined } {
  const geo = parseArm64Geometry('4k48');
  const config = findRevision('v7.3');
  if (!geo.ok || config === undefined) throw new Error('no geometry');
  const memory = new PhysicalMemory();
  const mms = (['init_mm', 'efi_mm', 'user'] as const).map((name): Mm => {
    const base = name === 'init_mm' ? upperHalf(geo.value) : U64.ZERO;
    memory.add(ROOTS[name], 0, name, base, 512);
    return { name, pgd: ROOTS[name], base };
  });
  const mm = (name: MmName): Mm => mms.find((m) => m.name === name) ?? mms[0]!;
  const never = (): never => {
    throw new Error('a walk asks for none of this');
  };
  const k = {
    geo: geo.value,
    rules: rulesOf(revision),
    mm,
    vma: never,
    findVmArea: never,
  } as unknown as Kernel;
  const recorder = new Recorder(1000);
  const machine = new Machine({
    geo: geo.value,
    revision,
    memory,
    journal: new Journal(),
    contexts: [{ cpu: 0, holds: [], calls: [{ args: {}, locks: [], start: () => call(k, mm) }] }],
    assertions: 'owner',
    fold: 'none',
    recorder,
  });
  for (let [ctx] = machine.enabled(); ctx !== undefined; [ctx] = machine.enabled()) machine.turn(ctx);
  const asserts = recorder.steps.flatMap((s) =>
    s.ev === 'assert' ? [`${s.name === 'mmap_assert_write_locked' ? 'W' : 'R'} ${s.mm}`] : [],
  );
  const load = recorder.steps.find((s) => s.ev === 'load');
  return {
    said: [...asserts, machine.contexts[0]?.rets[0]].join(', '),
    table: load?.ev === 'load' ? load.table : undefined,
  };
}

const ops = (walkLock: PageWalkLock = 0): MmWalkOps => ({ walkLock });
const NOLOCK = ops(3);
const INSTALL: MmWalkOps = {
  installPte: () => {
    throw new Error('refused before it is called');
  },
};

describe('what the entry functions assert and return, with nothing held', () => {
  it.each([
    ['v6.12.0', 'R init_mm, 0', 'R init_mm, 0', 'W efi_mm, 0', 'W efi_mm, 0', 'R init_mm, 0'],
    ['nolock-v1', 'R init_mm, 0', '0', 'W efi_mm, 0', '0', '-22'],
    ['nolock-review', 'R init_mm, 0', '0', 'W efi_mm, 0', 'W efi_mm, 0', '-22'],
  ])('%s: walk_page_range_novma()', (revision, init, initNoLock, efi, efiNoLock, install) => {
    const novma = (mm: MmName, o: MmWalkOps, end = END): string =>
      outcome(revision, (k, of) => walkPageRangeNovma(k, of(mm), START, end, o, undefined)).said;
    expect(novma('init_mm', ops())).toBe(init);
    expect(novma('init_mm', NOLOCK)).toBe(initNoLock);
    expect(novma('efi_mm', ops())).toBe(efi);
    expect(novma('efi_mm', NOLOCK)).toBe(efiNoLock);
    expect(novma('init_mm', INSTALL)).toBe(install);
    expect(novma('init_mm', ops(), START)).toBe('-22');
  });

  it.each([
    ['v6.12', 'R init_mm, 0', 'R init_mm, 0', '-22', 'R init_mm, 0'],
    ['nolock-v2', 'R init_mm, 0', '0', '-22', '-22'],
    ['perm-v3', 'R init_mm, 0', 'R init_mm, 0', '-22', '-22'],
    ['perm-v4', 'R init_mm, 0', 'R init_mm, 0', '-22', '-22'],
    ['v7.3', 'R init_mm, 0', 'R init_mm, 0', 'R init_mm, -22', 'R init_mm, -22'],
  ])('%s: walk_kernel_page_table_range()', (revision, plain, noLock, empty, install) => {
    const walk = (o: MmWalkOps, end = END): string =>
      outcome(revision, (k) => walkKernelPageTableRange(k, START, end, o, undefined)).said;
    expect([walk(ops()), walk(NOLOCK), walk(ops(), START), walk(INSTALL)]).toEqual([
      plain,
      noLock,
      empty,
      install,
    ]);
  });

  it.each([
    ['v6.12', 'W init_mm, W init_mm, 0', 'W efi_mm, W init_mm, 0', 'W init_mm, W init_mm, 0'],
    ['nolock-v2', 'R init_mm, 0', 'W efi_mm, 0', '0'],
    ['perm-v3', 'R init_mm, 0', 'W efi_mm, 0', 'R init_mm, 0'],
    ['perm-v4', 'R init_mm, 0', 'W efi_mm, 0', 'R init_mm, 0'],
    ['v7.3', 'W init_mm, W init_mm, 0', 'W efi_mm, W init_mm, 0', 'W init_mm, W init_mm, 0'],
  ])('%s: walk_page_range_debug()', (revision, init, efi, initNoLock) => {
    const debug = (mm: MmName, o: MmWalkOps): string =>
      outcome(revision, (k, of) => walkPageRangeDebug(k, of(mm), START, END, o, undefined)).said;
    expect([debug('init_mm', ops()), debug('efi_mm', ops()), debug('init_mm', NOLOCK)]).toEqual([
      init,
      efi,
      initNoLock,
    ]);
  });

  // find_vma() asserts once more, whatever the mode.
  it.each([
    ['nolock-v1', 'W user, R user, 0'],
    ['nolock-review', '-22'],
    ['nolock-v2', '-22'],
    ['v7.3', 'R user, 0'],
  ])('%s: walk_page_range() with mode 3', (revision, said) => {
    expect(outcome(revision, (k, of) => walkPageRange(k, of('user'), START, END, NOLOCK)).said).toBe(said);
  });

  it.each([
    ['perm-v3', '0x2000'],
    ['perm-v4', '0x1000'],
    ['v7.3', '0x2000'],
  ])('%s: the lockless walk asserts nothing; its root is %s', (revision, table) => {
    const walked = outcome(revision, (k) =>
      walkKernelPageTableRangeLockless(k, START, END, ops(), ROOTS.efi_mm),
    );
    expect(walked).toEqual({ said: '0', table });
  });
});
