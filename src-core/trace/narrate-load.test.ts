import { describe, expect, it } from 'vitest';
import { contextOf, geometryOf } from '../../tests/support/arbitrary-steps.ts';
import type { Step, StepEvent } from '../step/step.ts';
import type { NarrationContext } from './context.ts';
import { narrate } from './narrate.ts';

const BASE = { ctx: 0, cpu: 0, fn: 'walk_pmd_range', at: 'mm/pagewalk.c:96', depth: 5, held: [] } as const;
const PGD = { hw: 0, table: '0x72f03000', idx: 0, va: '0xffff000000000000', level: 'p4d' } as const;
const PUD = { hw: 1, table: '0x7ffff000', idx: 1, va: '0xffff000040000000', level: 'pud' } as const;
const PMD = { hw: 2, table: '0x7fffe000', idx: 15, va: '0xffff000041e00000', level: 'pmd' } as const;
const PTE = { hw: 3, table: '0x4174e000', idx: 5, va: '0xffff000041e05000', level: 'pte' } as const;
const BLOCK = '0xe8000041e00705';
const TABLE = '0x180000004174e403';
const OTHER = '0x180000007fff9403';
const INVALID = '0xe8000041e00f04';
const SWAP = '0xe8000041e00700';

type Event = StepEvent & Partial<Step>;

const plain = { ev: 'load', once: false, dead: false } as const;
const pmd = (by: string, value: string, more: object = {}): Event => ({
  ...plain,
  ...PMD,
  by,
  value,
  ...more,
});
const pud = (by: string, value: string, more: object = {}): Event => ({
  ...plain,
  ...PUD,
  by,
  value,
  ...more,
});

interface Kernel {
  readonly id?: string;
  readonly valueTests?: NarrationContext['valueTests'];
}

/** The sentence for the last of these events, the others having happened before it. */
function sayOn({ id = '4k48', valueTests }: Kernel, ...events: readonly Event[]): string {
  const steps = events.map((event, i): Step => ({ ...BASE, n: i + 1, ...event }));
  const last = steps[steps.length - 1];
  if (last === undefined) throw new Error('no step');
  return narrate(last, contextOf(geometryOf(id), steps, valueTests));
}

const say = (...events: readonly Event[]): string => sayOn({}, ...events);

describe('a load is told as the question it answers', () => {
  it.each([
    ['pmd_none(PMD[15]): no, it is a table, 4174e000.', pmd('pmd_none', TABLE)],
    ['pmd_none(PMD[15]): no, it is a block RW NX, 41e00000.', pmd('pmd_none', BLOCK)],
    ['pmd_none(PMD[15]): no, it is a present-invalid block RW NX, 41e00000.', pmd('pmd_none', INVALID)],
    ['pmd_none(PMD[15]): no, it is not present, e8000041e00700.', pmd('pmd_none', SWAP)],
    ['pmd_none(PMD[15]): yes, nothing is mapped there.', pmd('pmd_none', '0x0')],
    ['pud_none(PUD[1]): no, it is a table, 7fff9000.', pud('pud_none', OTHER)],
    ['p4d_bad(PGD[0]): no, it points to a table.', { ...plain, ...PGD, by: 'p4d_bad', value: OTHER }],
    [
      'p4d_bad(PGD[0]): yes, it points to no table: a malformed entry, 1f33c001.',
      { ...plain, ...PGD, by: 'p4d_bad', value: '0x1f33c001' },
    ],
    [
      'pmd_clear_bad(PMD[15]): takes the value for the report, not present, 12.',
      pmd('pmd_clear_bad', '0x12'),
    ],
    ['pmd_leaf(PMD[15]): yes, a block RW NX.', pmd('pmd_leaf', BLOCK)],
    ['pmd_leaf(PMD[15]): yes, a present-invalid block RW NX.', pmd('pmd_leaf', INVALID)],
    ['pud_leaf(PUD[1]): no, a table.', pud('pud_leaf', OTHER)],
    ['pmd_leaf(PMD[15]): no, not present.', pmd('pmd_leaf', SWAP)],
    ['pmd_present(PMD[15]): yes.', pmd('pmd_present', TABLE)],
    ['pmd_present(PMD[15]): yes.', pmd('pmd_present', INVALID)],
    ['pmd_present(PMD[15]): no, not present.', pmd('pmd_present', SWAP)],
    ['pmd_present(PMD[15]): no, none.', pmd('pmd_present', '0x0')],
    ['pmd_offset(PUD[1]): goes to the PMD table at 7fff9000.', pud('pmd_offset', OTHER)],
    [
      'pud_offset(PGD[0]) (READ_ONCE): goes to the PUD table at 7fff9000.',
      { ...plain, ...PGD, by: 'pud_offset', value: OTHER, once: true },
    ],
    [
      'pte_offset_kernel(PMD[15]): goes to the PTE table at 4174e000, without looking whether it still is one.',
      pmd('pte_offset_kernel', TABLE),
    ],
    [
      'pte_offset_kernel(PMD[15]): takes 41e00000 for a PTE table, but it is a block RW NX.',
      pmd('pte_offset_kernel', BLOCK),
    ],
    ['pte_offset_kernel(PMD[15]): takes 0 for a PTE table, but it is none.', pmd('pte_offset_kernel', '0x0')],
    [
      'pmd_entry reads PMD[15] with pmdp_get(): a block RW NX, 41e00000.',
      pmd('pmdp_get', BLOCK, { once: true, fn: 'pmd_entry' }),
    ],
    [
      'pte_entry reads PTE[5] with ptep_get(): a page RO X cont, 41e05000.',
      { ...plain, ...PTE, by: 'ptep_get', once: true, fn: 'pte_entry', value: '0xd0000041e05783' },
    ],
    [
      'pte_entry reads PTE[5] with ptep_get(): an empty entry.',
      { ...plain, ...PTE, by: 'ptep_get', once: true, fn: 'pte_entry', value: '0x0' },
    ],
    [
      'pte_entry reads PTE[5…20] one by one with ptep_get(); the first: a page RW NX, 41e00000.',
      { ...plain, ...PTE, by: 'ptep_get', once: true, fn: 'pte_entry', value: '0xe8000041e00703', count: 16 },
    ],
    [
      'pte_offset_map reads PMD[15] with pmdp_get_lockless(): a table, 4174e000.',
      pmd('pmdp_get_lockless', TABLE, { once: true, fn: 'pte_offset_map' }),
    ],
    [
      'pte_offset_map reads PMD[15] with pmdp_get_lockless(): an empty entry: no PTE table to map.',
      pmd('pmdp_get_lockless', '0x0', { once: true, fn: 'pte_offset_map' }),
    ],
    ['split_huge_pmd(PMD[15]): a table, 4174e000, nothing to split.', pmd('split_huge_pmd', TABLE)],
    ['split_huge_pmd(PMD[15]): an empty entry, nothing to split.', pmd('split_huge_pmd', '0x0')],
    ['split_huge_pmd(PMD[15]): a block RW NX, 41e00000, to be split.', pmd('split_huge_pmd', BLOCK)],
    [
      'split_huge_pmd(PMD[15]): an entry that is not present, e8000041e00700, to be split.',
      pmd('split_huge_pmd', SWAP),
    ],
    [
      'split_huge_pmd(PMD[15]): a present-invalid block RW NX, 41e00000, to be split.',
      pmd('split_huge_pmd', INVALID),
    ],
    [
      'split_huge_pmd(PMD[15]): a present-invalid block RW NX, 41e00000, nothing to split.',
      pmd('split_huge_pmd', '0xe8000041e00f06'),
    ],
    ['my_helper reads PMD[15]: a table, 4174e000.', pmd('my_helper', TABLE)],
    ['my_helper reads PMD[15] (READ_ONCE): a table, 4174e000.', pmd('my_helper', TABLE, { once: true })],
  ] as const)('%s', (sentence, event) => {
    expect(say(event)).toBe(sentence);
    expect(sentence.length).toBeLessThanOrEqual(110);
  });

  it('says of walk_pmd_range’s first look whether the PUD is still a table', () => {
    const look = (value: string): Event => pud('pudp_get', value, { once: true });
    expect(say(pud('pud_present', OTHER), look(OTHER))).toBe(
      'walk_pmd_range reads PUD[1] once more (READ_ONCE): still a table.',
    );
    expect(say(pud('pud_present', OTHER), look('0x0'))).toBe(
      'walk_pmd_range reads PUD[1] once more (READ_ONCE): it changed since step 1 (was a table, 7fff9000): ' +
        'an empty entry; walk_pud_range has to look again.',
    );
    expect(say(pud('pud_present', TABLE), look(OTHER))).toBe(
      'walk_pmd_range reads PUD[1] once more (READ_ONCE): it changed since step 1 (was a table, 4174e000): ' +
        'a table, 7fff9000.',
    );
    expect(sayOn({ id: '16k36' }, { ...look(OTHER), hw: 2 } as Event)).toBe(
      'walk_pmd_range reads PGD[1] once more (READ_ONCE) and does not use it: this level is folded.',
    );
  });

  it('says of a second look with a getter that the entry is still the same, but in a callback what it is', () => {
    const get = (fn: string): Event => pmd('pmdp_get', BLOCK, { once: true, fn });
    expect(say(get('init_pmd'), get('init_pmd'))).toBe(
      'init_pmd reads PMD[15] with pmdp_get(): still a block RW NX.',
    );
    expect(say(pmd('pmd_none', BLOCK), get('pmd_entry'))).toBe(
      'pmd_entry reads PMD[15] with pmdp_get(): a block RW NX, 41e00000.',
    );
  });

  it('says what a lock holder found', () => {
    const mapped = pmd('pmdp_get_lockless', TABLE, { fn: 'pte_offset_map_lock' });
    const lock: Event = { ev: 'lock', name: 'ptl', mode: 'write' };
    expect(say(mapped, lock, pmd('pmd_same', TABLE))).toBe(
      'pmd_same(PMD[15]): still the same, the lock protects the right table.',
    );
    expect(say(mapped, lock, pmd('pmd_same', OTHER))).toBe(
      'pmd_same(PMD[15]): it changed since step 1 (was a table, 4174e000): undo and start over.',
    );
    expect(say(pmd('pmd_same', TABLE))).toBe('pmd_same(PMD[15]): a table, 4174e000.');
  });
});

describe('a value that cannot matter', () => {
  const dead = { ev: 'load', dead: true, value: '0x0' } as const;
  it('is not used where the boot folds the level, and says why', () => {
    const offset = {
      ...dead,
      ...PGD,
      level: 'pgd',
      idx: 15,
      va: null,
      by: 'p4d_offset',
      once: true,
    } as const;
    expect(sayOn({ id: '4k52@48' }, offset)).toBe(
      'p4d_offset() reads PGD[15] and does not use it: this kernel was built for 52-bit addresses ' +
        'and runs with 48, so the level is folded.',
    );
    expect(sayOn({ id: '16k52@47' }, { ...offset, hw: 1, level: 'p4d', by: 'pud_offset' })).toContain(
      'pud_offset() reads PGD[15] and does not use it: this kernel was built for 52-bit addresses and runs with 47,',
    );
  });

  it('needs no reason where there is none to know', () => {
    expect(sayOn({ id: '4k52' }, { ...dead, ...PGD, by: 'pud_offset', once: true })).toBe(
      'pud_offset() reads P4D[0] and does not use it.',
    );
  });

  it('is not used either where a getter feeds the test of a folded level', () => {
    const get = { ...dead, ...PGD, level: 'pgd', by: 'pgdp_get', once: true, dead: false } as const;
    const unused = 'walk_pmd_range reads PGD[0] with pgdp_get() and does not use it: this level is folded.';
    expect(sayOn({ id: '4k48' }, get)).toBe(unused);
    expect(sayOn({ id: '4k52@48' }, get)).toBe(unused);
    expect(sayOn({ id: '4k52' }, { ...get, hw: -1 })).toBe(
      'walk_pmd_range reads PGD[0] with pgdp_get(): an empty entry.',
    );
    expect(say({ ...get, fn: 'pgd_entry' })).toBe('pgd_entry reads PGD[0] with pgdp_get(): an empty entry.');
    expect(say({ ...get, level: 'p4d', by: 'p4dp_get' })).toContain('p4dp_get(): an empty entry.');
  });

  it('is ignored where the build folds the level', () => {
    const none = { ...dead, ...PGD, level: 'pgd', by: 'pgd_none', once: false } as const;
    expect(say(none)).toBe('pgd_none() is given PGD[0] and ignores it: this level is folded.');
    expect(say({ ...none, ...PUD, by: 'split_huge_pud' })).toBe(
      'split_huge_pud() reads PUD[1] and does not use it: user memory has no huge PUDs on arm64.',
    );
    expect(say({ ...none, ...PMD, by: 'my_helper' })).toBe('my_helper() reads PMD[15] and does not use it.');
  });
});

describe('tests that are macros', () => {
  const old = (...events: readonly Event[]): string => sayOn({ valueTests: 'macro' }, ...events);
  it('ask pmd_leaf() in up to three parts', () => {
    expect(old(pmd('pmd_leaf', TABLE))).toBe('pmd_leaf(PMD[15]): is it valid? Yes, a table.');
    expect(old(pmd('pmd_leaf', TABLE), pmd('pmd_leaf', TABLE))).toBe(
      'pmd_leaf(PMD[15]) reads it again, for its next question: is it a table? Yes, so no leaf.',
    );
    expect(old(pmd('pmd_leaf', BLOCK), pmd('pmd_leaf', BLOCK))).toBe(
      'pmd_leaf(PMD[15]) reads it again, for its next question: is it a table? No, a block RW NX.',
    );
    expect(old(pmd('pmd_leaf', INVALID))).toBe(
      'pmd_leaf(PMD[15]): is it valid? No, a present-invalid block RW NX.',
    );
    const twice = [pmd('pmd_leaf', INVALID), pmd('pmd_leaf', INVALID)] as const;
    expect(old(...twice)).toBe(
      'pmd_leaf(PMD[15]) reads it again, for its next question: present-invalid? Yes, a present-invalid block RW NX.',
    );
    expect(old(...twice, pmd('pmd_leaf', INVALID))).toContain('is it a table? No, ');
    expect(old(pmd('pmd_leaf', SWAP), pmd('pmd_leaf', SWAP))).toContain('present-invalid? No, not present.');
  });

  it('ask pmd_present() in one part or two', () => {
    expect(old(pmd('pmd_present', TABLE))).toBe('pmd_present(PMD[15]): yes.');
    expect(old(pmd('pmd_present', SWAP))).toBe('pmd_present(PMD[15]): is it valid? No, not present.');
    expect(old(pmd('pmd_present', SWAP), pmd('pmd_present', SWAP))).toBe(
      'pmd_present(PMD[15]) reads it again, for its next question: present-invalid? No, not present.',
    );
  });

  it('see each value for itself', () => {
    expect(old(pmd('pmd_leaf', TABLE), pmd('pmd_leaf', BLOCK))).toBe(
      'pmd_leaf(PMD[15]) reads it again, for its next question: it changed since step 1 (was a table, 4174e000): ' +
        'is it a table? No, a block RW NX, 41e00000.',
    );
    // Not the same test: another function, another entry, or another test between.
    const first = 'pmd_leaf(PMD[15]): is it valid? Yes, a table.';
    expect(old(pmd('pmd_leaf', TABLE, { fn: 'x' }), pmd('pmd_leaf', TABLE))).toBe(first);
    expect(old(pmd('pmd_leaf', TABLE, { idx: 14 }), pmd('pmd_leaf', TABLE))).toBe(first);
    expect(old(pmd('pmd_leaf', TABLE), pmd('pmd_none', TABLE), pmd('pmd_leaf', TABLE))).toBe(first);
  });

  it('are functions in later revisions', () => {
    expect(say(pmd('pmd_leaf', TABLE), pmd('pmd_leaf', TABLE))).toBe('pmd_leaf(PMD[15]): no, a table.');
  });
});

describe('a changed entry', () => {
  const before = pmd('pmd_none', TABLE);
  const after = pmd('pmd_leaf', BLOCK);
  const changed =
    'pmd_leaf(PMD[15]): it changed since step 1 (was a table, 4174e000): yes, a block RW NX, 41e00000.';
  const plainly = 'pmd_leaf(PMD[15]): yes, a block RW NX.';

  it('is said by every test, however long ago the last look was', () => {
    expect(say(before, after)).toBe(changed);
    const others = Array.from({ length: 300 }, (): Event => ({ ev: 'dsb', ctx: 1 }));
    const own = Array.from({ length: 300 }, (_, i): Event => ({
      ...plain,
      ...PTE,
      idx: i,
      by: 'ptep_get',
      value: '0x0',
    }));
    expect(say(before, ...others, ...own, after)).toBe(changed);
    expect(say(before, pmd('pmd_present', BLOCK))).toBe(
      'pmd_present(PMD[15]): it changed since step 1 (was a table, 4174e000): yes, a block RW NX, 41e00000.',
    );
    expect(say(before, pmd('pmd_none', '0x0'))).toBe(
      'pmd_none(PMD[15]): it changed since step 1 (was a table, 4174e000): yes, nothing is mapped there.',
    );
    expect(say(before, pmd('pmdp_get', BLOCK, { fn: 'pmd_entry' }))).toBe(
      'pmd_entry reads PMD[15] with pmdp_get(): it changed since step 1 (was a table, 4174e000): ' +
        'a block RW NX, 41e00000.',
    );
  });

  it('is said where another address is used than the one tested', () => {
    expect(say(pmd('pmd_present', OTHER), pmd('pte_offset_kernel', TABLE))).toBe(
      'pte_offset_kernel(PMD[15]): it changed since step 1 (was a table, 7fff9000): ' +
        'not the value tested; goes to the PTE table at 4174e000.',
    );
    expect(say(pmd('pmd_present', OTHER), pmd('pte_offset_kernel', BLOCK))).toBe(
      'pte_offset_kernel(PMD[15]): it changed since step 1 (was a table, 7fff9000): ' +
        'not the value tested; takes 41e00000 for a PTE table, but it is a block RW NX.',
    );
  });

  it('is not what the context wrote itself', () => {
    const store: Event = { ev: 'set', ...PMD, old: TABLE, new: BLOCK };
    expect(say(before, store, after)).toBe(plainly);
    expect(say(store, pmd('pmd_leaf', TABLE))).toBe(
      'pmd_leaf(PMD[15]): it changed since step 1 (was a block RW NX, 41e00000): no, a table, 4174e000.',
    );
  });

  it('is told from what runs of stores left in each slot, and runs of loads in the first', () => {
    const fill: Event = { ev: 'set', ...PMD, idx: 0, old: '0x0', new: BLOCK, count: 16, dnew: '0x200000' };
    const last = pmd('pmd_leaf', '0xe8000043c00705');
    expect(say(before, fill, last)).toBe(plainly);
    expect(say(fill, pmd('pmd_leaf', TABLE))).toContain('since step 1 (was a block RW NX, 43c00000)');
    expect(say({ ...fill, idx: 16 } as Event, after)).toBe(plainly);
    expect(say({ ...fill, count: 15 } as Event, after)).toBe(plainly);
    const loads = (idx: number): Event => pmd('pmdp_get', TABLE, { count: 16, idx });
    expect(say(loads(0), after)).toBe(plainly);
    expect(say(loads(15), after)).toBe(changed);
    // The last of several counts, runs and single ones.
    expect(say(fill, before, after)).toContain('it changed since step 2 ');
    expect(say(before, { ...fill, new: TABLE, dnew: '0x0' } as Event, after)).toContain(
      'it changed since step 2 ',
    );
  });

  it('is forgotten with the call, and not known from other slots, other contexts, or values that could not matter', () => {
    expect(say({ ...before, idx: 14 } as Event, after)).toBe(plainly);
    expect(say({ ...before, table: '0x1000' } as Event, after)).toBe(plainly);
    expect(say({ ...before, ctx: 1 } as Event, after)).toBe(plainly);
    expect(say(before, { ev: 'call', args: {} }, after)).toBe(plainly);
    expect(say(before, { ev: 'call', args: {}, ctx: 1 }, after)).toBe(changed);
    expect(say({ ...before, dead: true } as Event, after)).toBe(plainly);
  });
});
