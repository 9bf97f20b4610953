import { expect, it } from 'vitest';
import { findRevision, REVISIONS } from './revisions.ts';

it('has each revision once, and finds it', () => {
  const ids = REVISIONS.map((r) => r.id);
  expect(ids.filter((id, i) => ids.indexOf(id) !== i)).toEqual([]);
  for (const revision of REVISIONS) expect(findRevision(revision.id)).toBe(revision);
});
