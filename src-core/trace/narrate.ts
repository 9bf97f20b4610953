import { unreachable } from '../base/unreachable.ts';
import { U64 } from '../base/u64.ts';
import { LEVEL_NAMES, hwShift } from '../arch/geometry.ts';
import type { LockName } from '../step/lock.ts';
import type {
  VmaStep,
  AssertStep,
  CallStep,
  CallbackStep,
  HoleStep,
  LockStep,
  SplitHugeStep,
  Step,
  TryLockStep,
  UnlockStep,
  StaticKeyStep,
  ViolationKind,
  ViolationStep,
  VmaCallbackStep,
  VmaLockStep,
} from '../step/step.ts';
import type { NarrationContext } from './context.ts';
import { entrySpans, hwOf, seenSpans } from './entry-words.ts';
import { load } from './narrate-load.ts';
import { access, stopMachine } from './narrate-access.ts';
import {
  alloc,
  area,
  barrier,
  ctor,
  deposit,
  dtor,
  free,
  hook,
  kmap,
  lazy,
  set,
  tlbi,
} from './narrate-change.ts';
import type { Piece, Span } from './spans.ts';
import { addressSpan, badSpan, bare, levelSpan, rangeSpans, sentence, spanText, valueSpan } from './spans.ts';
import { lockWords, modeWords, returnWords } from './words.ts';

/**
 * One plain sentence for a step: the caption on screen, what is announced, and the comment in a text trace. It says what
 * happened, in the present, and why it matters where that can be known from the step and the ones before it.
 */
export function narrate(step: Step, ctx: NarrationContext): string {
  return spanText(narrateRich(step, ctx));
}

/** The same sentence in pieces: level names, addresses, values and locks marked. Their texts joined are the sentence. */
export function narrateRich(step: Step, ctx: NarrationContext): Span[] {
  return sentence(pieces(step, ctx));
}

function pieces(step: Step, ctx: NarrationContext): Piece[] {
  switch (step.ev) {
    case 'call':
      return call(step);
    case 'return':
      return ['Returns ', valueSpan(returnWords(step.ret)), '.'];
    case 'load':
      return load(step, ctx);
    case 'set':
      return set(step, ctx);
    case 'lock':
      return lock(step);
    case 'unlock':
      return unlock(step);
    case 'trylock':
      return tryLock(step);
    case 'wait':
      return [
        'Waits for ',
        lockSpan(step.name),
        `${modeWords(step.name, step.mode)}: new readers wait behind it.`,
      ];
    case 'downgrade':
      return ['Downgrades ', lockSpan(step.name), ': held for read now, and never free in between.'];
    case 'gp':
      return step.phase === 'start'
        ? [
            'An ',
            { text: 'RCU', kind: 'lock' },
            ' grace period starts: it waits for the read sections open now.',
          ]
        : [
            'The ',
            { text: 'RCU', kind: 'lock' },
            ' grace period is over: every section open at its start was left.',
          ];
    case 'assert':
      return assertion(step);
    case 'cb':
      return callback(step, ctx);
    case 'hole':
      return hole(step);
    case 'test_walk':
    case 'pre_vma':
      return vmaCallback(step);
    case 'post_vma':
      return ['Calls post_vma: the walk under this VMA is over.'];
    case 'vmalock':
      return vmaLock(step);
    case 'vma':
      return [vmaWords(step)];
    case 'split_huge':
      return splitHuge(step, ctx);
    case 'bad': {
      const value = { text: bare(step.val), kind: 'bad' } as const;
      const name = `${step.level}_ERROR()`;
      return [
        `${name} reports a malformed `,
        levelSpan(step.level),
        ' entry, ',
        value,
        '; it is cleared next.',
      ];
    }
    case 'warn': {
      const about = step.about === undefined ? '' : ` about ${step.about}`;
      return [badSpan('A WARN'), ` fires in ${step.fn}()${about}. It is a report only; the code goes on.`];
    }
    case 'bug':
      if (step.panic === true) return [badSpan('The kernel panics'), ` in ${step.fn}(): it can’t go on.`];
      return [badSpan('A BUG'), ` fires in ${step.fn}(). This context ends here; what it holds stays held.`];
    case 'lazy':
      return lazy(step);
    case 'dsb':
    case 'isb':
      return barrier(step);
    case 'tlbi':
      return tlbi(step);
    case 'alloc':
      return alloc(step);
    case 'ctor':
      return ctor(step);
    case 'dtor':
      return dtor(step);
    case 'free':
      return free(step);
    case 'hook':
      return hook(step);
    case 'deposit':
      return deposit(step);
    case 'kmap':
      return kmap(step);
    case 'area':
      return area(step);
    case 'unmap_aliases':
      return ['vm_unmap_aliases(): mappings of vmap areas that were freed lazily go now.'];
    case 'access':
      return access(step, ctx);
    case 'stop_machine':
      return stopMachine(step);
    case 'switch_mm':
      return step.mm === null
        ? ['The lower half of the address space is the task’s own again.']
        : [`The lower half of the address space is ${step.mm}’s now, on this CPU.`];
    case 'static_key':
      return staticKey(step);
    case 'violation':
      return violation(step);
    default:
      return unreachable(step);
  }
}

/** Arguments that need no name. */
const NAMELESS: readonly string[] = ['mm', 'start', 'end', 'addr'];
/** Arguments that are bits of entries. */
const ENTRY_BITS: readonly string[] = ['set', 'clear', 'prot'];

/** `Calls walk_page_range_debug(init_mm, 0x…, 0x…, ops=pud pmd pte).` */
function call(step: Step & CallStep): Piece[] {
  const out: Piece[] = [`Calls ${step.fn}(`];
  for (const [i, [name, value]] of Object.entries(step.args).entries()) {
    if (i > 0) out.push(', ');
    if (!NAMELESS.includes(name)) out.push(`${name}=`);
    if (!/^0x[0-9a-f]+$/.test(value)) out.push(value);
    else out.push({ text: value, kind: ENTRY_BITS.includes(name) ? 'value' : 'address' });
  }
  return [...out, ').'];
}

function lock(step: Step & LockStep): Piece[] {
  if (step.name === 'rcu') return ['Enters an ', { text: 'RCU', kind: 'lock' }, ' read section.'];
  return ['Takes ', lockSpan(step.name), `${modeWords(step.name, step.mode)}.`];
}

function unlock(step: Step & UnlockStep): Piece[] {
  if (step.name === 'rcu') return ['Leaves the ', { text: 'RCU', kind: 'lock' }, ' read section.'];
  return ['Releases ', lockSpan(step.name), '.'];
}

function tryLock(step: TryLockStep): Piece[] {
  const how = modeWords(step.name, step.mode);
  return step.ok
    ? ['Tries for ', lockSpan(step.name), how, ' and gets it.']
    : ['Tries for ', lockSpan(step.name), how, ': ', badSpan('not free'), '. It does not wait.'];
}

function lockSpan(name: LockName): Span {
  const words = lockWords(name);
  return { text: words.includes(' ') ? `the ${words}` : words, kind: 'lock' };
}

function assertion(step: Step & AssertStep): Piece[] {
  const write = step.name === 'mmap_assert_write_locked' ? ' for write' : '';
  const name = `${step.name}(${step.mm}): `;
  if (step.ok) return [name, `held${write}.`];
  const what = step.fn.startsWith('walk_') ? 'walk' : 'code';
  return [name, badSpan(`not held${write}`), `. A warning only; the ${what} goes on.`];
}

/** Comes after the callback's own load, and says what the callback saw, as its load told. */
function callback(step: Step & CallbackStep, ctx: NarrationContext): Piece[] {
  const hw = hwOf(step.level, ctx);
  const by = ['hugetlb_entry', 'install_pte'].includes(step.fn) ? step.fn : `${step.level}_entry`;
  const name = levelSpan(step.level, by);
  const entry = seenSpans(ctx, hw, step.val);
  const from = addressSpan(step.addr);
  const folded = ctx.geo.levels[step.level].folded !== 'no';
  const start: Piece[] = folded ? [name, ', a folded level,'] : [name];
  if (step.count !== undefined && step.count > 1) {
    return [...start, ` ran ${step.count} times, from `, from, '; the first saw ', ...entry, '.'];
  }
  if (folded) return [...start, ' ran for ', from, ' and saw ', ...entry, '.'];
  if (!partOfLeaf(step, hw, ctx)) return [name, '(', from, ') saw ', ...entry, '.'];
  const range: Piece[] = ['(', ...rangeSpans(step.addr, step.next), ')'];
  return [name, ...range, ' saw ', ...entry, ': the range is a part of it.'];
}

/** The callback is told less than the whole leaf that the entry maps: a change would reach too far. */
function partOfLeaf(step: CallbackStep, hw: number, ctx: NarrationContext): boolean {
  const kind = ctx.format.kind(ctx.geo, hw, U64.hex(step.val));
  if (hw === 3 || (kind !== 'block' && kind !== 'invalid')) return false;
  return !U64.hex(step.next)
    .sub(U64.hex(step.addr))
    .eq(U64.bit(hwShift(ctx.geo, hw)));
}

function hole(step: Step & HoleStep): Piece[] {
  const range = rangeSpans(step.addr, step.next);
  const level = LEVEL_NAMES[step.depth];
  if (level === undefined)
    return ['Hole, no VMA or a PFN map: the tables from ', ...range, ' are not looked at.'];
  return ['Hole at ', levelSpan(level), ' level: nothing is mapped from ', ...range, '.'];
}

function vmaCallback(step: VmaCallbackStep): Piece[] {
  const range = rangeSpans(step.addr, step.next);
  if (step.ev === 'pre_vma')
    return ['Calls pre_vma for ', ...range, ', before the tables of this VMA are walked.'];
  return ['Calls test_walk for ', ...range, ': it decides whether this VMA is walked.'];
}

function vmaLock(step: VmaLockStep): Piece[] {
  const vma: Span = { text: `VMA ${step.vma}`, kind: 'lock' };
  switch (step.name) {
    case 'vma_start_write':
      return ['vma_start_write() locks ', vma, ' for write.'];
    case 'vma_assert_write_locked':
      if (step.ok === false)
        return ['vma_assert_write_locked(): ', vma, ' is ', badSpan('not locked for write'), '.'];
      return ['vma_assert_write_locked() checks that ', vma, ' is locked for write.'];
    case 'vma_assert_locked':
      if (step.ok === false) return ['vma_assert_locked(): ', vma, ' is ', badSpan('not locked'), '.'];
      return ['vma_assert_locked() checks that ', vma, ' is locked.'];
    default:
      return [`${step.name}() on `, vma, '.'];
  }
}

function splitHuge(step: SplitHugeStep, ctx: NarrationContext): Piece[] {
  const entry = entrySpans(ctx, hwOf(step.level, ctx), step.val);
  const name = `split_huge_${step.level}()`;
  return [`${name} for `, addressSpan(step.addr), ' finds ', ...entry, '; it is cleared next.'];
}

function staticKey({ name, on, set }: StaticKeyStep): Piece[] {
  const key: Piece = { text: name, kind: 'lock' };
  if (set === true) return ['The static key ', key, on ? ' is switched on.' : ' is switched off.'];
  return ['The static key ', key, on ? ' is on: the branch is taken.' : ' is off: the branch is not taken.'];
}

const VIOLATION_WORDS: Readonly<Record<ViolationKind, string>> = {
  wild: 'Wild table pointer',
  uaf: 'Use of a freed table',
  lost: 'Lost write',
  stale: 'Lost update',
  badfree: 'Bad free',
  ptlock: 'Lock that was never initialised',
  tlb: 'Stale translation',
  conflict: 'TLB conflict',
  bbm: 'Fault in a break-before-make window',
  sleep: 'Sleeping in atomic context',
  deadlock: 'Deadlock',
  doomed: 'Entry set in a doomed table',
  leftover: 'Table freed with an entry in it',
  missed: 'Page still mapped',
};

function violation(step: Step & ViolationStep): Piece[] {
  const detail = step.detail.replace(/\.$/, '');
  if (step.what === 'deadlock')
    return [badSpan('Deadlock'), ': nobody can go on. ', ...waitPieces(detail), '.'];
  return [badSpan(VIOLATION_WORDS[step.what]), `: ${detail}.`];
}

/** Who waits for whom, its locks named as everywhere else. */
function waitPieces(detail: string): Piece[] {
  return detail
    .split(/(?<=waits for )(\S+)(?= for (?:read|write))/)
    .map((part, i) => (i % 2 === 1 ? lockSpan(part) : part));
}

function vmaWords({ vma, change, addr }: VmaStep): string {
  switch (change) {
    case 'detach':
      return `vma_mark_detached(): nobody can lock VMA ${vma} any more.`;
    case 'erase':
      return `VMA ${vma} goes out of the tree of its mm: no lookup by address finds it.`;
    case 'unlink':
      return `VMA ${vma} is unlinked from rmap: nobody finds it by its file or its pages.`;
    case 'anon':
      return `VMA ${vma} gets an anon_vma: pages of its own are to be mapped in it.`;
    case 'split':
      return `__split_vma(): VMA ${vma} ends at ${addr ?? ''}, and a new one has the rest.`;
  }
}
