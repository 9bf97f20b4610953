import { describeProblem } from '../base/result.ts';
import { U64 } from '../base/u64.ts';
import { hwEntries } from '../arch/geometry.ts';
import type { VmArea } from '../kernel/kernel.ts';
import type { PhysicalMemory } from '../memory/physical.ts';
import { translate } from '../memory/translate.ts';
import { runScenario } from '../scenario/run-scenario.ts';
import type { Scenario, ScenarioCall } from '../scenario/schema.ts';
import { SCENARIO_FORMAT, SCENARIO_VERSION } from '../scenario/format.ts';
import type { World } from '../scenario/world.ts';
import type { GuestOutput, LiveEvent } from './live-event.ts';
import { entryLines, tableDifference } from './live-diff.ts';

/** The revision every capture was taken at (`meta.json: engine.revision`). */
export const CAPTURED_REVISION = 'v7.2';

/** An object of the guest's helper module: pages of the linear map, or a vmalloc area. */
interface GuestObject {
  readonly kind: 'pages' | 'vmalloc' | 'vmalloc_huge';
  readonly base: U64;
  readonly npages: number;
}

/**
 * A captured machine and what it did next, event by event. Each permission call can be run on the engine from the state before it
 * and compared with what the live kernel made of the tables.
 */
export class LiveCapture {
  private readonly world: World;
  private readonly events: readonly LiveEvent[];
  private readonly memory: PhysicalMemory;
  private readonly objects = new Map<number, GuestObject>();
  /** Events applied so far. */
  private applied = 0;

  /** `events` are those after the tables were taken, in order. */
  constructor(world: World, events: readonly LiveEvent[]) {
    this.world = world;
    this.events = events;
    this.memory = world.memory.fork();
  }

  /**
   * Runs the call of event `i` and compares: the same entries changed to the same values, the same new tables, the same return
   * value, the same number of table pages. Undefined if so, else the first difference. Ask in ascending order.
   */
  check(i: number): string | undefined {
    while (this.applied < i) this.apply(this.applied++);
    const event = this.events[i];
    const output = event?.output;
    if (event === undefined || output?.base === undefined) return 'the event says nothing of an object';
    const calls = this.callsOf(event.command, output, output.base);
    if (calls === undefined) return `${event.command} is no permission call`;

    const world: World = { ...this.world, memory: this.memory.fork(), vmAreas: this.vmAreas() };
    const scenario: Scenario = {
      format: SCENARIO_FORMAT,
      version: SCENARIO_VERSION,
      title: event.command,
      revision: CAPTURED_REVISION,
      memory: { capture: 'live' },
      contexts: [{ cpu: 0, calls }],
    };
    const run = runScenario(scenario, world, { fold: 'always' });
    if (!run.ok) return describeProblem(run.error);
    const { rets } = run.value.results[0] ?? { rets: [] };
    const ret = rets.find((r) => r !== 0) ?? 0;
    if (ret !== output.ret) return `returns ${ret}, the live kernel ${output.ret}`;

    const playback = run.value.playback();
    playback.seek(run.value.steps.length);
    const object = { start: output.base, end: output.base.plus(output.npages * 2 ** world.geo.pageShift) };
    const difference = tableDifference(
      entryLines(world, this.memory, playback.memory, object),
      entryLines(world, this.memory, this.after(event), object),
    );
    if (difference !== undefined) return difference;

    const made = run.value.steps.filter((s) => s.ev === 'ctor').length;
    if (made !== event.newTables.length)
      return `makes ${made} tables, the live kernel ${event.newTables.length}`;
    if (event.tablePagesDelta !== undefined && made !== event.tablePagesDelta) {
      return `nr_page_table_pages rises by ${made}, in the live kernel by ${event.tablePagesDelta}`;
    }
    return undefined;
  }

  private callsOf(command: string, output: GuestOutput, base: U64): ScenarioCall[] | undefined {
    const { geo } = this.world;
    const addr = base.plus(output.page * 2 ** geo.pageShift).toHex();
    const numpages = output.n;
    switch (output.op) {
      case 'ro':
      case 'rw':
      case 'nx':
      case 'x':
        return [{ fn: `set_memory_${output.op}`, addr, numpages }];
      case 'valid':
      case 'invalid':
        return [{ fn: 'set_memory_valid', addr, numpages, enable: output.op === 'valid' }];
      case 'dinv':
      case 'ddef': {
        const fn = output.op === 'dinv' ? 'set_direct_map_invalid_noflush' : 'set_direct_map_default_noflush';
        return Array.from({ length: numpages }, (_, k) => ({
          fn,
          pfn: this.pfn(base, output.page + k).toHex(),
        }));
      }
      case 'lmsplit': {
        const pa = U64.parse(/^op lmsplit (\S+)/.exec(command)?.[1] ?? '');
        if (pa === undefined) return undefined;
        return [{ fn: 'set_memory_valid', addr: this.linear(pa).toHex(), numpages, enable: true }];
      }
      default:
        return undefined;
    }
  }

  private linear(pa: U64): U64 {
    const { geo, config } = this.world;
    return pa.sub(config?.physOffset ?? U64.ZERO).or(U64.ZERO.sub(U64.bit(geo.vaBits)));
  }

  /** Frame number of page `k` of an object, as the tables map it. */
  private pfn(base: U64, k: number): U64 {
    return U64.from(this.physical(base, k) ?? 0).shr(this.world.geo.pageShift);
  }

  private physical(base: U64, k: number): number | undefined {
    const { geo, mms } = this.world;
    return translate(this.memory, geo, mms[0]?.pgd ?? 0, base.plus(k * 2 ** geo.pageShift));
  }

  /** The vmalloc areas there are now, with the pages that the tables map them to. */
  private vmAreas(): VmArea[] {
    const page = 2 ** this.world.geo.pageShift;
    return [...this.objects.values()]
      .filter((o) => o.kind !== 'pages')
      .map((o) => ({
        addr: o.base,
        size: U64.from((o.npages + 1) * page),
        flags: o.kind === 'vmalloc_huge' ? ['ALLOC', 'ALLOW_HUGE'] : ['ALLOC'],
        pages: Array.from({ length: o.npages }, (_, k) => U64.from(this.physical(o.base, k) ?? 0)),
      }));
  }

  private apply(i: number): void {
    const event = this.events[i];
    if (event === undefined) return;
    applyChanges(this.memory, this.world, event);
    for (const command of event.command.split(';')) this.track(command.trim(), event.output);
  }

  /** Remembers the objects that events make and free. */
  private track(command: string, output: GuestOutput | undefined): void {
    const [, op, slot] = /^op (\w+) (\d+)/.exec(command) ?? [];
    if (op === 'free') this.objects.delete(Number(slot));
    if (
      (op === 'pages' || op === 'vmalloc' || op === 'vmalloc_huge') &&
      output?.base !== undefined &&
      output.op === op
    ) {
      this.objects.set(output.slot, { kind: op, base: output.base, npages: output.npages });
    }
  }

  private after(event: LiveEvent): PhysicalMemory {
    const memory = this.memory.fork();
    applyChanges(memory, this.world, event);
    return memory;
  }
}

function applyChanges(memory: PhysicalMemory, world: World, event: LiveEvent): void {
  for (const table of event.newTables) {
    const page = memory.add(table.pa, table.level, table.mm, table.va, hwEntries(world.geo, table.level));
    for (const [index, value] of table.entries) page.set(index, value.hi, value.lo);
  }
  for (const entry of event.changed) {
    const page = memory.page(entry.table);
    if (page === undefined || entry.index >= page.entries) {
      throw new Error(
        `the event changes entry ${entry.index} of a table at 0x${entry.table.toString(16)}, where there is none`,
      );
    }
    memory.write(entry.table, entry.index, entry.new.hi, entry.new.lo);
  }
  for (const table of event.goneTables) memory.remove(table.pa);
}
