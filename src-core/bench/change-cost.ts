import { upperHalf } from '../arch/geometry.ts';
import { parseArm64Geometry } from '../arch/arm64/geometry.ts';
import { U64 } from '../base/u64.ts';
import { Machine } from '../machine/machine.ts';
import { Recorder } from '../machine/recorder.ts';
import { loadListing } from '../memory/listing.ts';
import { PhysicalMemory } from '../memory/physical.ts';
import { findRevision } from '../revision/revisions.ts';
import { planCall } from '../scenario/calls.ts';
import { kernelOf } from '../scenario/prepare.ts';
import type { World } from '../scenario/world.ts';
import type { Step } from '../step/step.ts';
import { flushCost } from '../tlb/flush-cost.ts';
import { gibWorld, PTES } from './gib.ts';

/** What one call cost, counted from its steps. */
export interface ChangeCost {
  readonly mapped: 'pages' | 'blocks';
  readonly valid: boolean;
  readonly batched: boolean;
  readonly stores: number;
  /** Pairs of DSB and ISB, those of the flush aside. */
  readonly barriers: number;
  readonly flushes: number;
  /** TLBI instructions of the flushes, with FEAT_TLBIRANGE and without. */
  readonly tlbis: readonly [number, number];
}

const ROOT = 0x1000000000;

/** One GiB of init_mm mapped by 512 blocks of 2 MiB. */
function blockWorld(): World {
  const geo = parseArm64Geometry('4k48');
  if (!geo.ok) throw new Error(geo.error.message);
  const base = upperHalf(geo.value);
  const at = base.toHex();
  const pointer = (pa: number): string => U64.from(pa).or(U64.hex('0x1000000000000403')).toHex();
  const memory = new PhysicalMemory();
  loadListing(
    memory,
    geo.value,
    [{ mm: 'init_mm', pgd: ROOT, base }],
    [
      ['init_mm', 0, at, 1, pointer(ROOT + 0x1000), '0x0'],
      ['init_mm', 1, at, 1, pointer(ROOT + 0x2000), '0x0'],
      ['init_mm', 2, at, 512, '0xe8000040000701', '0x200000'],
    ],
  );
  return {
    name: '1 GiB of blocks',
    geo: geo.value,
    memory,
    mms: [{ name: 'init_mm', pgd: ROOT, base }],
    markers: [],
    notes: [],
  };
}

/** Counts steps and lets them go. */
class StepTally extends Array<Step> {
  readonly counts = new Map<Step['ev'], number>();
  override push(...steps: Step[]): number {
    for (const { ev } of steps) this.counts.set(ev, (this.counts.get(ev) ?? 0) + 1);
    return this.length;
  }
}

class FrameSink extends Array<undefined> {
  override push(): number {
    return this.length;
  }
}

class Tally extends Recorder {
  override readonly steps = new StepTally();
  override readonly frames = new FrameSink();
}

/** `set_direct_map_valid_noflush()` over the first `pages` pages (of 1 GiB; blocks: whole ones only), v7.3. */
export function changeCost(
  mapped: 'pages' | 'blocks',
  valid: boolean,
  batched: boolean,
  pages: number = PTES,
): ChangeCost {
  const world = mapped === 'pages' ? gibWorld() : blockWorld();
  const newest = findRevision('v7.3');
  if (newest === undefined) throw new Error('there is no v7.3');
  const pageattr = { ...newest.rules.pageattr, lazyBatchesBarriers: batched };
  const revision = { ...newest, rules: { ...newest.rules, pageattr } };
  const kernel = kernelOf(world, revision, { linearReq: mapped === 'blocks', physOffset: U64.ZERO });
  const tally = new Tally(Infinity);
  const machine = new Machine({
    geo: world.geo,
    revision: revision.id,
    memory: world.memory.fork(),
    journal: undefined,
    contexts: [
      {
        cpu: 0,
        holds: [],
        calls: [planCall(kernel, { fn: 'set_direct_map_valid_noflush', pfn: '0x0', nr: pages, valid })],
      },
    ],
    assertions: 'owner',
    fold: 'none',
    recorder: tally,
  });
  for (let [next] = machine.enabled(); next !== undefined; [next] = machine.enabled()) machine.turn(next);
  if (machine.contexts[0]?.rets[0] !== 0) throw new Error('the call failed');
  const counted = (ev: Step['ev']): number => tally.steps.counts.get(ev) ?? 0;
  const flushes = counted('tlbi');
  const instructions = (ranges: boolean): number => {
    const { singles, ranges: some, all } = flushCost(pages, ranges);
    return flushes * (singles + some + all);
  };
  return {
    mapped,
    valid,
    batched,
    stores: counted('set'),
    barriers: counted('isb'),
    flushes,
    tlbis: [instructions(true), instructions(false)],
  };
}

/** Every combination over 1 GiB. */
export function changeCosts(): ChangeCost[] {
  return (['pages', 'blocks'] as const).flatMap((mapped) =>
    [false, true].flatMap((valid) => [true, false].map((batched) => changeCost(mapped, valid, batched))),
  );
}
