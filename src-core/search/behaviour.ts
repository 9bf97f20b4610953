import { outputAddress, table as isTable } from '../arch/arm64/entry.ts';
import type { Prepared } from '../scenario/prepare.ts';
import type { Machine } from '../machine/machine.ts';
import type { Touch } from '../machine/touch.ts';
import { TouchKind, tryFails } from '../machine/touch.ts';
import type { Happening } from '../explore/wakeup.ts';
import type { StepWatcher } from '../explore/watcher.ts';

/** A step of a context as its behaviour has it, and what follows, by what it found. */
export interface BehaviourNode {
  readonly touch: Touch;
  /** Stores: the value left behind, by what it found. */
  readonly written: Map<string, string>;
  /** Stores that link a new table: its words by address, by what the store found. Until then they were the context's own affair. */
  readonly linked: Map<string, ReadonlyMap<number, string>>;
  /** By the value that was read, or `ok` and `failed` of a try; one branch where nothing can differ. */
  readonly branches: Map<string, BehaviourNode | BehaviourEnd>;
}

/** stopped: by a violation. */
export type BehaviourEnd = 'done' | 'stopped';

/**
 * All that each context does under any interleaving, as a tree: its steps depend on nothing but what it reads. Collected while all
 * executions are explored; a tree that lacks a branch shows that some execution was not.
 */
export class Behaviour implements StepWatcher {
  readonly roots: (BehaviourNode | BehaviourEnd | undefined)[] = [];
  private at: (readonly [node: BehaviourNode, branch: string] | undefined)[] = [];
  private found = '';
  private readonly prepared: Prepared;

  constructor(prepared: Prepared) {
    this.prepared = prepared;
  }

  begin(machine: Machine): void {
    this.at = machine.contexts.map(() => undefined);
  }

  before(machine: Machine, { touch }: Happening): void {
    this.found = valueText(machine, touch);
  }

  after(machine: Machine, { ctx, touch }: Happening): void {
    const branch = tryFails(touch.kind) ? 'failed' : this.found;
    const node = this.hang(ctx, { touch, written: new Map(), linked: new Map(), branches: new Map() });
    if (typeof node === 'string' || node === undefined)
      throw new Error('[engine bug] a context goes on after its end');
    if (touch.kind === TouchKind.Write) {
      node.written.set(branch, valueText(machine, touch));
      const linked = this.newTable(machine, touch);
      if (linked !== undefined) node.linked.set(branch, linked);
    }
    this.at[ctx] = [node, branch];
    const { state } = machine.contexts[ctx] ?? {};
    if (state === 'done' || state === 'stopped') this.hang(ctx, state);
  }

  /** The words of the table that a store made others see, if it did. */
  private newTable(machine: Machine, { page, place }: Touch): ReadonlyMap<number, string> | undefined {
    const value = machine.memory.page(page)?.get((place - page) / 8);
    if (value === undefined || !isTable(value)) return undefined;
    const table = machine.memory.page(outputAddress(this.prepared.world.geo, value));
    if (table === undefined || this.prepared.world.memory.page(table.pa) !== undefined) return undefined;
    return new Map(Array.from({ length: table.entries }, (_, i) => [table.pa + 8 * i, table.get(i).toHex()]));
  }

  /** What follows the context's last step: what is there already, or this. */
  private hang(ctx: number, next: BehaviourNode | BehaviourEnd): BehaviourNode | BehaviourEnd | undefined {
    const place = this.at[ctx];
    if (place === undefined) return (this.roots[ctx] ??= next);
    const [node, branch] = place;
    const known = node.branches.get(branch);
    if (known !== undefined) return known;
    node.branches.set(branch, next);
    return next;
  }
}

/** The word a step is about, as hex; empty where it is about none. */
function valueText(machine: Machine, { kind, page, place }: Touch): string {
  if (kind !== TouchKind.Read && kind !== TouchKind.Write) return '';
  return (
    machine.memory
      .page(page)
      ?.get((place - page) / 8)
      .toHex() ?? ''
  );
}
