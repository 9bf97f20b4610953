import { U64 } from '../base/u64.ts';
import { Tlbi } from '../step/op-barrier.ts';
import type { Claim } from './claim.ts';
import { must, mustBe } from './claim.ts';
import { callsOf, count, rets, stepsOf } from './evidence.ts';

/** Changing permissions on arm64. */
export const PERMISSION_CLAIMS: readonly Claim[] = [
  {
    id: 'P7',
    says: 'set_memory_valid() flushes the page it makes invalid, and flushes nothing when it makes the page valid again.',
    scenarios: ['invalid-and-back'],
    check(stage) {
      const [away = [], back = []] = callsOf(stage.run('invalid-and-back'));
      mustBe('flushes when the page is made valid', count(back, 'tlbi'), 0);
      const [flush, more] = stepsOf(away, 'tlbi');
      must(flush !== undefined && more === undefined, 'making it invalid flushes not exactly once');
      mustBe('flushed', [flush.start, flush.end], ['0xffff000041e05000', '0xffff000041e06000']);
      const store = away.findLastIndex((s) => s.ev === 'set');
      must(away.indexOf(flush) > store, 'the flush comes before the store it is for');
    },
    mutation: {
      name: 'every permission change ends with a flush',
      because: 'flushes when the page is made valid',
      op: (op, fn) =>
        op.op === 'lazy' && !op.on && fn === 'update_range_prot' ? [op, new Tlbi(U64.ZERO, U64.ONE)] : [op],
    },
  },
  {
    id: 'P9',
    says: 'walk_kernel_page_table_range_lockless() returns -EINVAL, having read nothing, for an empty range, a reversed one, and install_pte.',
    scenarios: ['empty-range', 'no-install'],
    check(stage) {
      const cases = {
        'an empty range': stage.run('empty-range'),
        'a reversed range': stage.run('empty-range', {
          with: (scenario) => ({
            ...scenario,
            contexts: scenario.contexts.map((c) => ({
              ...c,
              calls: c.calls.map((call) => ('end' in call ? { ...call, end: '0xffff000000000000' } : call)),
            })),
          }),
        }),
        install_pte: stage.run('no-install'),
      };
      for (const [what, run] of Object.entries(cases)) {
        mustBe(`${what} returns`, rets(run), [-22]);
        mustBe(`loads with ${what}`, count(run.steps, 'load'), 0);
      }
    },
    mutation: {
      name: 'install_pte is let through',
      because: 'install_pte returns',
      rules: (rules) => ({ ...rules, walk: { ...rules.walk, refusesInstallPte: false } }),
    },
  },
];
