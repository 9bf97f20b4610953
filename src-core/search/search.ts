import { exploreBounded } from '../explore/bounded.ts';
import { explore } from '../explore/dpor.ts';
import { MAX_STEPS } from '../explore/limits.ts';
import { StateCount } from '../explore/states.ts';
import type { Blocks } from '../explore/switches.ts';
import { fewestSwitches } from '../explore/switches.ts';
import type { Machine } from '../machine/machine.ts';
import type { Prepared } from '../scenario/prepare.ts';
import type { Found } from './outcome.ts';
import { findings, Reports } from './outcome.ts';
import { prefixesOf } from './shard.ts';
import type { BoundedPhase, Finding, Verdict, Witness } from './verdict.ts';
import { byImportance, MEMORY_MODEL, NOT_MODELLED } from './verdict.ts';
import { blocksOf, witnessOf } from './witness.ts';

/** How far a search has come. */
export interface SearchProgress {
  readonly phase: 'bounded' | 'complete';
  /** Bounded: changes of the running context. */
  readonly switches: number;
  readonly executions: number;
  readonly traces: number;
  readonly findings: number;
}

export interface SearchOptions {
  /** Look only at executions with at most so many changes of the running context. */
  readonly maxSwitches?: number;
  /** Search part k of n (1 … n) of the executions. */
  readonly shard?: readonly [k: number, n: number];
  /** List the classes of executions. */
  readonly classes?: boolean;
  /** Count distinct states. */
  readonly states?: boolean;
  /** Fill tables that nobody else can see entry by entry: slower, and the same. */
  readonly unfolded?: boolean;
  /** Stop at the first violation instead of looking at everything. */
  readonly firstOnly?: boolean;
  /**
   * Called before each execution. A text stops the search and says why. `findings`: what was found by now, with witnesses; they are
   * made when it is asked for.
   */
  readonly onProgress?: (progress: SearchProgress, findings: () => readonly Finding[]) => string | undefined;
}

/** Interruptions tried when the whole space is large, beyond running one context after the other. */
const INTERRUPTIONS = 2;
/** Steps after which the whole space counts as large; then few switches are tried, and again after this many times as many steps. */
const LARGE = 100_000;
const AGAIN = 8;

/**
 * Can this go wrong? Under every interleaving, unless a bound is asked for. Where that turns out to be many, those with few changes
 * of the running context are tried in between: what goes wrong mostly does with few. The same scenario and options give the same
 * verdict, always.
 */
export function searchScenario(prepared: Prepared, options: SearchOptions = {}): Verdict {
  return new Search(prepared, options).run();
}

const TOO_LONG = `an execution takes more than ${MAX_STEPS} steps`;

/** Something that was found, and the shortest execution known in which it happens. */
interface Known {
  readonly found: Found;
  traces: number;
  switches: number;
  blocks: Blocks;
}

class Search {
  private readonly prepared: Prepared;
  private readonly options: SearchOptions;
  private readonly roots: readonly number[];
  private reports = new Reports();
  private readonly known = new Map<string, Known>();
  /** By the blocks of an execution, then by what was found in it. */
  private readonly witnesses = new WeakMap<Blocks, Map<string, Witness>>();
  private readonly outcomes = new Set<string>();
  private readonly warnings = new Set<string>();
  private readonly classes: [string, string][] = [];
  private readonly bounds: BoundedPhase[] = [];
  private stopped: string | undefined;
  /** Steps of the whole space so far, and how many count as large. */
  private steps = 0;
  private large = LARGE;

  constructor(prepared: Prepared, options: SearchOptions) {
    this.prepared = prepared;
    this.options = options;
    this.roots = prepared.world.mms.map((m) => m.pgd);
  }

  run(): Verdict {
    const { maxSwitches } = this.options;
    if (maxSwitches !== undefined) {
      for (let s = 0; s <= maxSwitches && this.goesOn(); s++) this.bounded(s, Infinity);
      const complete = this.bounds.length === maxSwitches + 1 && this.bounds.every((b) => b.complete);
      return this.verdict('bounded', { executions: 0, traces: 0, complete }, undefined);
    }
    return this.everything();
  }

  private goesOn(): boolean {
    return this.stopped === undefined && !(this.options.firstOnly === true && this.known.size > 0);
  }

  private readonly create = (): Machine => {
    this.reports = new Reports();
    return this.prepared.machine({
      journal: undefined,
      fold: 'none',
      foldPrivate: this.options.unfolded !== true,
      observer: this.reports,
    });
  };

  /** Counts the steps of the whole space, and tries few switches where they have become many. */
  private walked(steps: number): void {
    this.steps += steps;
    if (this.steps < this.large || this.options.shard !== undefined) return;
    const contexts = this.prepared.scenario.contexts.length;
    const none = this.known.size === 0;
    // Later only where nothing has been found yet.
    if (none || this.large === LARGE)
      for (let s = contexts - 1; s < contexts - 1 + INTERRUPTIONS && this.goesOn(); s++) {
        if (this.bounds.some((b) => b.switches === s && b.complete)) continue;
        this.bounded(s, this.large / 2);
        if (none && this.known.size > 0) break;
      }
    this.large *= AGAIN;
  }

  /** Tries executions with so many switches, up to so many steps of theirs. */
  private bounded(switches: number, most: number): void {
    const stats = exploreBounded({
      create: this.create,
      switches,
      visit: (machine, taken) => {
        this.note(machine, () => blocksOf(taken), 0);
        return this.goesOn();
      },
      goOn: ({ executions, steps }) =>
        steps < most && this.progress({ phase: 'bounded', switches, executions, traces: 0 }),
    });
    const { executions, complete } = stats;
    const before = this.bounds.findIndex((b) => b.switches === switches);
    this.bounds.splice(before < 0 ? this.bounds.length : before, 1, { switches, executions, complete });
    if (stats.endless > 0) this.stopped ??= TOO_LONG;
  }

  private everything(): Verdict {
    const { shard, classes } = this.options;
    const states = this.options.states === true ? new StateCount() : undefined;
    const prefixes = shard === undefined ? [[]] : prefixesOf(this.create, shard[1]);
    const total = { executions: 0, traces: 0, complete: true };
    const seen = new Set<string>();
    for (const [i, prefix] of prefixes.entries()) {
      if (shard !== undefined && i % shard[1] !== shard[0] - 1) continue;
      const stats = explore({
        create: this.create,
        prefix,
        ...(states === undefined ? {} : { watcher: states }),
        goOn: (now) =>
          this.goesOn() &&
          this.progress({
            phase: 'complete',
            switches: 0,
            executions: total.executions + now.executions,
            traces: total.traces + now.traces,
          }),
        visit: ({ machine, steps, order }) => {
          const hash = classes === true || shard !== undefined ? order.classHash() : undefined;
          // Without reduction across the prefixes a class may come more than once.
          const again = hash !== undefined && seen.has(hash);
          const outcome = this.note(machine, () => fewestSwitches(steps, order), again ? 0 : 1);
          if (hash !== undefined && !again) {
            seen.add(hash);
            this.classes.push([hash, outcome]);
          }
          this.walked(steps.length);
          return this.goesOn();
        },
      });
      total.executions += stats.executions;
      total.traces += stats.traces;
      total.complete &&= stats.complete;
      if (stats.endless > 0) this.stopped ??= TOO_LONG;
      if (stats.impossible > 0)
        this.stopped ??= 'it planned a step that can’t be made, which is an error of the search';
      if (!this.goesOn()) break;
    }
    if (shard !== undefined) total.traces = seen.size;
    return this.verdict('complete', total, states);
  }

  /** Keeps what an execution ended with; answers that as one text. */
  private note(machine: Machine, blocksOfIt: () => Blocks, traces: number): string {
    const { world } = this.prepared;
    const found = findings(machine, this.reports, world.geo, this.roots);
    for (const warning of this.reports.warnings) this.warnings.add(warning);
    const rets = machine.contexts
      .map((ctx) => ctx.plan.calls.map((_, i) => ctx.rets[i] ?? null).join())
      .join(' ');
    const outcome = [rets, ...found.map((f) => f.text).sort()].join(' | ');
    if (found.length > 0) {
      const blocks = blocksOfIt();
      const switches = blocks.length - 1;
      for (const f of found) {
        const before = this.known.get(f.text);
        if (before === undefined) this.known.set(f.text, { found: f, traces, switches, blocks });
        else {
          before.traces += traces;
          if (switches < before.switches) Object.assign(before, { switches, blocks });
        }
      }
    }
    this.outcomes.add(outcome);
    return outcome;
  }

  private progress(now: Omit<SearchProgress, 'findings'>): boolean {
    this.stopped ??= this.options.onProgress?.({ ...now, findings: this.known.size }, () => this.findings());
    return this.stopped === undefined;
  }

  private sorted(): readonly Known[] {
    return [...this.known.values()].sort((a, b) => byImportance({ ...a, ...a.found }, { ...b, ...b.found }));
  }

  /** What was found by now, each with the shortest witness so far. */
  private findings(): readonly Finding[] {
    return this.sorted().map((known): Finding => {
      const { schedule, step } = this.witnessFor(known);
      const { found, traces, switches } = known;
      return { ...found, traces, switches, schedule, step };
    });
  }

  private witnessFor({ found, blocks }: Known): Witness {
    let witness = this.witnesses.get(blocks);
    if (witness === undefined) this.witnesses.set(blocks, (witness = new Map()));
    let own = witness.get(found.text);
    if (own === undefined) witness.set(found.text, (own = witnessOf(this.prepared, blocks, found)));
    return own;
  }

  private verdict(
    mode: 'complete' | 'bounded',
    total: { readonly executions: number; readonly traces: number; readonly complete: boolean },
    states: StateCount | undefined,
  ): Verdict {
    const { scenario, revision } = this.prepared;
    const { maxSwitches, shard, firstOnly, classes } = this.options;
    const list = this.sorted();
    const worst = list[0];
    const witness = worst && this.witnessFor(worst);
    const early = firstOnly === true && worst !== undefined;
    const complete = total.complete && this.stopped === undefined && !early;
    return {
      format: 'pagewalk/verdict',
      version: 1,
      verdict: worst !== undefined ? 'unsafe' : complete ? 'safe' : 'unknown',
      title: scenario.title,
      revision: revision.id,
      mode,
      ...(maxSwitches === undefined ? {} : { maxSwitches }),
      reduction: mode === 'complete' ? 'optimal partial order reduction' : 'none',
      memoryModel: MEMORY_MODEL,
      notModelled: NOT_MODELLED,
      complete,
      ...(this.stopped === undefined ? {} : { stopped: this.stopped }),
      bounds: this.bounds,
      executions: total.executions,
      traces: total.traces,
      ...(states === undefined ? {} : { states: states.count }),
      outcomes: this.outcomes.size,
      findings: this.findings(),
      warnings: [...this.warnings].sort(),
      ...(witness === undefined ? {} : { witness }),
      ...(classes === true || shard !== undefined
        ? { classes: this.classes.sort(([a], [b]) => (a < b ? -1 : 1)) }
        : {}),
      ...(shard === undefined ? {} : { shard }),
    };
  }
}
