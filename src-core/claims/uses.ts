import { U64 } from '../base/u64.ts';
import type { Run } from '../scenario/run.ts';
import type { AccessStep } from '../step/step.ts';
import { store } from '../step/op-memory.ts';
import type { Claim, Stage, Variation } from './claim.ts';
import { must, mustBe } from './claim.ts';
import { stepsOf } from './evidence.ts';

/** An access of context b, at one of the points where it can come. */
interface Moment {
  readonly run: Run;
  readonly access: AccessStep;
  /** Violations of the run. */
  readonly wrong: readonly string[];
}

/**
 * Context a makes n turns, then b makes its access: for every n, or for long runs some and the last hundred of them. The first call
 * turn of b is one, its access the other.
 */
function moments(stage: Stage, id: string, variation: Variation = {}): Moment[] {
  const at = (n: number): Moment => {
    const run = stage.run(id, { ...variation, fold: 'never', schedule: `${n === 0 ? '' : `a${n}`}b2` });
    const [access] = stepsOf(run.steps, 'access');
    must(access !== undefined, `no access after ${n} turns`);
    return { run, access, wrong: stepsOf(run.steps, 'violation').map((s) => s.what) };
  };
  let [low, high] = [0, 5000];
  while (low < high) {
    const mid = (low + high) >>> 1;
    const { steps } = at(mid).run;
    const use = steps.findIndex((s) => s.ev === 'access');
    if (steps.slice(use).some((s) => s.ctx === 0)) low = mid + 1;
    else high = mid;
  }
  const out: Moment[] = [];
  for (let n = 0; n <= low; n += n < low - 100 ? Math.max(1, Math.floor(low / 30)) : 1) out.push(at(n));
  return out;
}

/** What the permissions of an entry are, whichever of a group it is taken from. */
function told({ value, ok }: AccessStep['may'][number]): string {
  return `${U64.hex(value).bit(7) ? 'read-only' : 'writable'} ${ok ? 'works' : 'faults'}`;
}

/** What another CPU sees of a change. */
export const USE_CLAIMS: readonly Claim[] = [
  {
    id: 'P5',
    says: 'At every moment a write to a contiguous group in change uses the old permission or the new one, never a third; both are possible while the group is half changed.',
    scenarios: ['group-in-use'],
    check(stage) {
      const all = moments(stage, 'group-in-use');
      mustBe(
        'violations',
        all.flatMap((m) => m.wrong),
        [],
      );
      mustBe('what a write may meet', [...new Set(all.flatMap((m) => m.access.may.map(told)))].sort(), [
        'read-only faults',
        'writable works',
      ]);
      must(
        all.some((m) => new Set(m.access.may.map(told)).size === 2),
        'there is no moment at which both are possible',
      );
      mustBe('entries behind them', new Set(all.flatMap((m) => m.access.may.map((o) => o.value))).size, 2);
    },
    mutation: {
      name: 'each entry is cleared before it is written',
      because: 'violations',
      op: (op, fn) =>
        op.op === 'store' && fn === 'pageattr_pte_entry' ? [store(op.at, U64.ZERO), op] : [op],
    },
  },
  {
    id: 'P11',
    says: 'With BBML3 a read of a block works at every moment of its split; without it the same split may end in a TLB conflict, and one by break-before-make has moments at which the read faults.',
    scenarios: ['split-in-use', 'broken-before-made'],
    check(stage) {
      const live = moments(stage, 'split-in-use');
      mustBe('violations with BBML3', [...new Set(live.flatMap((m) => m.wrong))], []);
      must(
        live.every((m) => m.access.may.every((o) => o.ok)),
        'a read faults',
      );
      must(
        live.some((m) => new Set(m.access.may.map((o) => o.hw)).size > 1),
        'block and page are never both possible',
      );
      const without = moments(stage, 'split-in-use', {
        with: (s) => ({ ...s, config: { bbml3: false, capsFinal: false, onlineCpus: 1 } }),
      });
      mustBe('violations without', [...new Set(without.flatMap((m) => m.wrong))], ['conflict']);
      const broken = moments(stage, 'broken-before-made');
      mustBe('violations by break-before-make', [...new Set(broken.flatMap((m) => m.wrong))], ['bbm']);
      mustBe('before it begins and after it has ended', [broken[0]?.wrong, broken.at(-1)?.wrong], [[], []]);
    },
    mutation: {
      name: 'the split clears the block first',
      because: 'violations with BBML3: ["bbm"]',
      op: (op, fn) =>
        op.op === 'store' && fn === 'split_pmd' && op.at.level === 'pmd'
          ? [store(op.at, U64.ZERO), op]
          : [op],
    },
  },
];
