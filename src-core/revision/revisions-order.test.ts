import { describe, expect, it } from 'vitest';
import { REVISIONS } from './revisions.ts';

/** The ids of revisions, in order: part of links and of the command. */
const IDS = [
  'hist-user-pte',
  'hist-user-pmd',
  'hist-acct-pte',
  'hist-acct-pud',
  'v6.12.0',
  'v6.12',
  'base',
  ...Array.from({ length: 11 }, (_, i) => `ctor-p${i + 1}`),
  'v6.16',
  'nolock-v1',
  'nolock-review',
  'nolock-v2',
  'perm-v3',
  'perm-v4',
  'v6.18',
  'v7.2',
  'v7.3',
  'j26',
];

describe('revisions', () => {
  it('are these, oldest first', () => {
    expect(REVISIONS.map((r) => r.id).filter((id) => !id.startsWith('what-if-'))).toEqual(IDS);
  });
});
