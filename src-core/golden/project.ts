import { U64 } from '../base/u64.ts';
import type { Step } from '../step/step.ts';
import type { GoldenEvent } from './case.ts';

/** Locks the recorded programs logged (golden/FORMAT.md §5); the allocations of v6.12 were stand-ins without theirs (§6). */
const TRACED_LOCKS: readonly string[] = ['rcu', 'ptl', 'pgtable_split_lock', 'fixmap_lock'];

/** Functions the 6.12 allocations of the recorded programs stood in for: they logged the level, and no constructor (§6). */
const STAND_INS: readonly string[] = [
  'pte_alloc_one',
  'pte_alloc_one_kernel',
  'pmd_alloc_one',
  'pud_alloc_one',
  'p4d_alloc_one',
];

/** The recorded programs had no mm/mmap.c, and VMA locks that always succeed (§6): nothing is asserted in these. */
const SILENT: readonly string[] = [
  'find_vma',
  'vma_start_write',
  'vma_assert_write_locked',
  'vma_assert_locked',
];

/**
 * The golden event of a step, or undefined for steps the golden traces do not have (loads, calls, returns). Steps are only
 * projected here, never changed; runs must have been recorded unfolded.
 */
export function projectStep(step: Step): GoldenEvent | undefined {
  switch (step.ev) {
    case 'cb':
      return { ev: 'cb', level: step.level, addr: step.addr, next: step.next, val: step.val };
    case 'hole':
      return { ev: 'hole', addr: step.addr, next: step.next, depth: step.depth };
    case 'assert':
      if (SILENT.includes(step.fn)) return undefined;
      return { ev: 'assert', name: step.name, mm: step.mm, ok: step.ok };
    case 'lock':
    case 'unlock':
      return TRACED_LOCKS.includes(step.name) ? { ev: step.ev, name: step.name } : undefined;
    case 'set':
      return {
        ev: 'set',
        hw: step.hw,
        table: step.table,
        idx: step.idx,
        va: step.va,
        old: step.old,
        new: step.new,
      };
    case 'bad':
      return { ev: 'bad', level: step.level, val: step.val };
    case 'warn':
      return { ev: 'warn', fn: step.fn };
    case 'test_walk':
    case 'pre_vma':
      return { ev: step.ev, addr: step.addr, next: step.next };
    case 'post_vma':
    case 'dsb':
    case 'isb':
    case 'unmap_aliases':
      return { ev: step.ev };
    case 'vmalock':
      return { ev: 'vmalock', name: step.name, vma: step.vma };
    case 'split_huge':
      return { ev: 'split_huge', level: step.level, addr: step.addr, val: step.val };
    case 'bug':
      return { ev: 'bug', fn: step.fn };
    case 'lazy':
      return { ev: 'lazy', on: step.on };
    case 'tlbi':
      return { ev: 'tlbi', start: step.start, end: step.end };
    case 'alloc':
      return step.gfp === undefined || STAND_INS.includes(step.fn)
        ? { ev: 'alloc', table: step.table, level: step.level }
        : { ev: 'alloc', table: step.table, gfp: step.gfp };
    case 'ctor':
      if (STAND_INS.includes(step.fn)) return undefined;
      return {
        ev: 'ctor',
        level: step.level,
        table: step.table,
        ...(step.mm === undefined ? {} : { mm: step.mm }),
      };
    case 'call':
    case 'return':
    case 'load':
    case 'access':
    case 'stop_machine':
    case 'static_key':
    case 'switch_mm':
    case 'violation':
    case 'dtor':
    case 'hook':
    case 'kmap':
    case 'free':
    case 'deposit':
    case 'area':
    case 'gp':
    case 'vma':
    case 'trylock':
    case 'wait':
    case 'downgrade':
      return undefined;
  }
}

/** Expands runs of stores: `n` consecutive slots, old and new advancing by `dold` and `dnew`, the address by the entry size. */
export function expandEvents(events: readonly GoldenEvent[], pageShift: number): GoldenEvent[] {
  return events.flatMap((event) =>
    event.ev === 'set' && typeof event['n'] === 'number' ? expandSet(event, pageShift) : [event],
  );
}

function expandSet(event: GoldenEvent, pageShift: number): GoldenEvent[] {
  const field = (name: string): U64 => U64.hex(String(event[name]));
  const hw = Number(event['hw']);
  const stride = U64.bit((pageShift - 3) * (4 - hw) + 3);
  const out: GoldenEvent[] = [];
  let [old, now] = [field('old'), field('new')];
  let va = event['va'] === null ? null : field('va');
  for (let i = 0; i < Number(event['n']); i++) {
    out.push({
      ev: 'set',
      hw,
      table: event['table'],
      idx: Number(event['idx']) + i,
      va: va === null ? null : va.toHex(),
      old: old.toHex(),
      new: now.toHex(),
    });
    old = old.add(field('dold'));
    now = now.add(field('dnew'));
    va = va === null ? null : va.add(stride);
  }
  return out;
}
