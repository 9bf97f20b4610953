import { describe, expect, it } from 'vitest';
import { compareSearches } from './testing/compare-searches.ts';
import type { Action, Setup } from './testing/program.ts';
import { program } from './testing/program.ts';

const READ: Action = { do: 'read', word: 1, once: true };
const WRITE: Action = { do: 'write', word: 1, value: 16 };
const OTHER: Action = { do: 'write', word: 3, value: 32 };
const MMAP = 'mmap:init_mm';

function section(mode: 'read' | 'write', ...body: readonly Action[]): Action {
  return { do: 'section', lock: MMAP, mode, body };
}

function ptl(...body: readonly Action[]): Action {
  return { do: 'section', lock: 'ptl', mode: 'write', body };
}

/** Small programs in each of which an earlier form of the reduction missed ends. */
const PROGRAMS: Readonly<Record<string, Setup>> = {
  'a softirq that may not wait, against the release of a read lock': {
    contexts: [[OTHER], [section('read', WRITE)], [section('write', READ)]],
    queued: false,
    last: 'softirq',
  },
  'a failed try behind a queued writer': {
    contexts: [
      [section('read', READ)],
      [{ do: 'try', lock: MMAP, mode: 'read', body: [OTHER] }],
      [section('write', WRITE)],
    ],
    queued: true,
    last: 'own',
  },
  'an acquire after a section of a softirq on its CPU': {
    contexts: [[section('write', WRITE)], [section('read', READ)], [OTHER, section('write', OTHER)]],
    queued: false,
    last: 'softirq',
  },
  'an acquire while a softirq on its CPU waits for what the lock’s holder frees': {
    contexts: [
      [section('write', OTHER)],
      [section('write', OTHER, { do: 'unlink' })],
      [{ do: 'exchange', word: 2 }, READ, { do: 'exchange', word: 2 }],
    ],
    queued: false,
    last: 'softirq',
  },
  'an acquire while a softirq on its CPU waits for ever': {
    contexts: [
      [section('write', READ)],
      [section('write', ptl(ptl(OTHER)))],
      [{ do: 'write', word: 2, value: 16 }, ptl(OTHER)],
    ],
    queued: false,
    last: 'softirq',
  },
  'the lock of a table that is freed': {
    contexts: [
      [WRITE, { do: 'unlink' }],
      [{ do: 'section', lock: 'ptl@0x12000', mode: 'write', body: [WRITE] }],
    ],
    queued: false,
    last: 'own',
  },
  'a grace period that waits for a section and, at its end, for its CPU': {
    contexts: [[{ do: 'grace' }], [{ do: 'rcu', body: [READ] }], [WRITE, { do: 'grace' }]],
    queued: false,
    last: 'softirq',
  },
  'a task and a softirq where a third context stops the machine': {
    contexts: [[{ do: 'stopMachine', body: [WRITE] }, OTHER], [READ], [READ, OTHER]],
    queued: false,
    last: 'softirq',
  },
  'a spinlock held with interrupts off where a third context stops the machine': {
    contexts: [[{ do: 'stopMachine', body: [WRITE] }], [ptl(READ, OTHER)], [OTHER]],
    queued: false,
    last: 'task',
  },
};

describe('small programs that the reduction must not cut short', () => {
  it.each(Object.entries(PROGRAMS))('%s', (where, setup) => {
    const compared = compareSearches(program(setup), 5_000, where);
    expect(compared?.executions).toBe(compared?.classes);
    expect(compared?.classes).toBeGreaterThan(3);
  });
});
