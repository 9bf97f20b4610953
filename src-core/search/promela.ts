import { explore } from '../explore/dpor.ts';
import { TouchKind } from '../machine/touch.ts';
import { lockNumber } from '../machine/locks.ts';
import type { Prepared } from '../scenario/prepare.ts';
import type { BehaviourEnd, BehaviourNode } from './behaviour.ts';
import { Behaviour } from './behaviour.ts';

/** A scenario as a model for spin, or why it can't be one. */
export interface PromelaModel {
  readonly text: string;
  /** Steps of all contexts, by what they read: the size of the model. */
  readonly nodes: number;
}

/**
 * The scenario as Promela, one process a context, one atomic step a word, lock or free that others could notice. Made from what the
 * engine itself did in all executions. It asserts: no use of a freed table, no pointer that leads nowhere, no lost update, no end
 * with somebody waiting. A step that finds what it never found here is an error too: then executions were missed.
 */
export function promelaOf(prepared: Prepared): PromelaModel {
  const behaviour = new Behaviour(prepared);
  const stats = explore({
    create: () => prepared.machine({ journal: undefined, fold: 'none', foldPrivate: true }),
    watcher: behaviour,
    visit: () => true,
  });
  if (!stats.complete) throw new Error('the search did not complete');
  return new Writer(prepared, behaviour.roots).model();
}

const RCU = lockNumber('rcu');

type Branch = BehaviourNode | BehaviourEnd;

class Writer {
  private readonly prepared: Prepared;
  private readonly roots: readonly (Branch | undefined)[];
  private readonly words = new Map<number, number>();
  private readonly pages = new Map<number, number>();
  private readonly locks = new Map<number, number>();
  /** Values are numbered: 0 is empty. */
  private readonly values = new Map<string, number>([['0x0', 0]]);
  private nodes = 0;

  constructor(prepared: Prepared, roots: readonly (Branch | undefined)[]) {
    this.prepared = prepared;
    this.roots = roots;
  }

  /** Every word that is ever read or written, before any line is written. */
  private collect(): void {
    const pending: (Branch | undefined)[] = [...this.roots];
    for (let next = pending.pop(); pending.length > 0 || next !== undefined; next = pending.pop()) {
      if (next === undefined || typeof next === 'string') continue;
      const { kind, place } = next.touch;
      if (kind === TouchKind.Read || kind === TouchKind.Write) number(this.words, place);
      pending.push(...next.branches.values());
    }
  }

  model(): PromelaModel {
    this.collect();
    const processes = this.roots.map((root, ctx) => this.process(ctx, root));
    const n = this.roots.length;
    const initial = [...this.words].map(([place, w]) => {
      const page = [...this.pages].find(
        ([pa]) => pa <= place && place < pa + 2 ** this.prepared.world.geo.pageShift,
      );
      const table = page === undefined ? undefined : this.prepared.world.memory.page(page[0]);
      const value = table?.get((place - table.pa) / 8).toHex() ?? '0x0';
      return `  mem[${w}] = ${this.value(value)};\n`;
    });
    const size = (map: ReadonlyMap<number, number>): number => Math.max(1, map.size);
    const text = `/* ${this.prepared.scenario.title.replaceAll('*/', '')} at ${this.prepared.revision.id}.
   Made by Pagewalk from the steps of its own kernel functions. */
short mem[${size(this.words)}];
bool freed[${size(this.pages)}];
bool writer[${size(this.locks)}];
byte readers[${size(this.locks)}];
/* Per context and word: has it looked, and has another one stored since? */
bool looked[${n * size(this.words)}];
bool stale[${n * size(this.words)}];
bool insection[${n}];
bool awaited[${n * n}];

${processes.join('\n')}
init {
  atomic {
${initial.join('')}${this.roots.map((_, ctx) => `  run P${ctx}();\n`).join('')}  }
}
`;
    return { text, nodes: this.nodes };
  }

  private process(ctx: number, root: Branch | undefined): string {
    const lines: string[] = [];
    const pending: [label: string, branch: Branch | undefined][] = [['start', root]];
    let count = 0;
    const labelOf = (branch: Branch): string => {
      if (branch === 'done') return 'done';
      if (branch === 'stopped') return 'stopped';
      const label = `n${++count}`;
      pending.push([label, branch]);
      return label;
    };
    for (let next = pending.shift(); next !== undefined; next = pending.shift()) {
      const [label, branch] = next;
      if (branch === undefined || typeof branch === 'string') {
        lines.push(`${label}: skip;\n  goto ${branch === 'stopped' ? 'stopped' : 'done'};`);
        continue;
      }
      this.nodes++;
      lines.push(`${label}: atomic {\n${this.step(ctx, branch, labelOf)}\n  }`);
    }
    return `proctype P${ctx}() {\n${lines.join('\n')}\nstopped: assert(false);\ndone: skip\n}\n`;
  }

  private step(
    ctx: number,
    { touch, written, linked, branches }: BehaviourNode,
    labelOf: (b: Branch) => string,
  ): string {
    const { kind } = touch;
    const out: string[] = [];
    const contexts = this.roots.length;
    const goOn = (): string => {
      const [only] = branches.values();
      return `    goto ${only === undefined ? 'done' : labelOf(only)}`;
    };
    if (kind === TouchKind.Read || kind === TouchKind.Write) {
      const w = number(this.words, touch.place);
      const p = number(this.pages, touch.page);
      out.push(`    assert(!freed[${p}]);`);
      const own = ctx + w * contexts;
      if (kind === TouchKind.Write) {
        out.push(`    assert(!(looked[${own}] && stale[${own}]));`);
        for (let c = 0; c < contexts; c++) if (c !== ctx) out.push(`    stale[${c + w * contexts}] = true;`);
      }
      out.push(`    looked[${own}] = true; stale[${own}] = false;`, '    if');
      for (const [value, branch] of branches) {
        const to = kind === TouchKind.Write ? `mem[${w}] = ${this.value(written.get(value) ?? value)}; ` : '';
        const filled = [...(linked.get(value) ?? [])].flatMap(([place, v]) => {
          const at = this.words.get(place);
          return at === undefined ? [] : [`mem[${at}] = ${this.value(v)}; `];
        });
        out.push(
          `    :: mem[${w}] == ${this.value(value)} -> ${to}${filled.join('')}goto ${labelOf(branch)}`,
        );
      }
      out.push('    :: else -> assert(false)', '    fi');
      return out.join('\n');
    }
    if (kind === TouchKind.Free) {
      const p = number(this.pages, touch.place);
      return `    assert(!freed[${p}]);\n    freed[${p}] = true;\n${goOn()}`;
    }
    const l = number(this.locks, touch.place);
    const tried = (take: string): string => {
      const [ok, failed] = [branches.get(''), branches.get('failed')].map((branch) =>
        branch === undefined ? 'assert(false)' : `goto ${labelOf(branch)}`,
      );
      return `    if\n    :: ${take}; ${ok}\n    :: else -> ${failed}\n    fi`;
    };
    switch (kind) {
      case TouchKind.AcquireRead:
        if (this.isRcu(touch.place)) return `    insection[${ctx}] = true;\n${goOn()}`;
        return `    !writer[${l}] -> readers[${l}]++;\n${goOn()}`;
      case TouchKind.AcquireWrite:
        return `    !writer[${l}] && readers[${l}] == 0 -> writer[${l}] = true;\n${goOn()}`;
      case TouchKind.ReleaseRead: {
        if (!this.isRcu(touch.place)) return `    readers[${l}]--;\n${goOn()}`;
        const lines = Array.from(
          { length: contexts },
          (_, c) => `    awaited[${ctx + c * contexts}] = false;`,
        );
        return `    insection[${ctx}] = false;\n${lines.join('\n')}\n${goOn()}`;
      }
      case TouchKind.ReleaseWrite:
        return `    writer[${l}] = false;\n${goOn()}`;
      case TouchKind.TryRead:
      case TouchKind.TryReadFails:
        return tried(`!writer[${l}] -> readers[${l}]++`);
      case TouchKind.TryWrite:
      case TouchKind.TryWriteFails:
        return tried(`!writer[${l}] && readers[${l}] == 0 -> writer[${l}] = true`);
      case TouchKind.GpStart: {
        const lines = Array.from(
          { length: contexts },
          (_, c) => `    awaited[${c + ctx * contexts}] = insection[${c}];`,
        );
        return `${lines.join('\n')}\n${goOn()}`;
      }
      case TouchKind.GpEnd: {
        const waits = Array.from({ length: contexts }, (_, c) => `!awaited[${c + ctx * contexts}]`);
        return `    ${waits.join(' && ')} ->\n${goOn()}`;
      }
      default:
        throw new Error(`a step of kind ${kind} has no form in Promela`);
    }
  }

  private isRcu(place: number): boolean {
    return place === RCU;
  }

  private value(hex: string): number {
    let known = this.values.get(hex);
    if (known === undefined) this.values.set(hex, (known = this.values.size));
    return known;
  }
}

function number(map: Map<number, number>, key: number): number {
  let known = map.get(key);
  if (known === undefined) map.set(key, (known = map.size));
  return known;
}
