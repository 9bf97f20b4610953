import { describe, expect, it } from 'vitest';
import { findRevision } from '../revision/revisions.ts';
import type { LibraryEntry } from './library.ts';
import { findLibraryEntry, LIBRARY } from './library.ts';
import type { Run } from './run.ts';
import { runBuiltIn } from '../../tests/support/built-in.ts';
import { findStep } from './walkthrough-find.ts';
import type { Walkthrough } from './walkthrough.ts';
import { countWords, LOOKS, resolveStops, STOP_LIMITS } from './walkthrough.ts';
import { findWalkthrough, WALKTHROUGHS } from './walkthroughs.ts';

const ID = /^[a-z0-9]+(-[a-z0-9]+)*$/;
/** The page tries to keep each text in one place with its heading; words can be long. */
const LONGEST_TEXT = 420;

function entryOf(id: string): LibraryEntry {
  const entry = findLibraryEntry(id);
  if (entry === undefined) throw new Error(`the library has no ${id}`);
  return entry;
}

function runOf(walkthrough: Walkthrough, revision = walkthrough.revision): Run {
  return runBuiltIn(entryOf(walkthrough.library).scenario, {
    ...(revision !== undefined && { revision }),
    ...(walkthrough.schedule !== undefined && { schedule: walkthrough.schedule }),
  });
}

describe('the walkthroughs', () => {
  it('have each id once, are found by it, and stand in the library’s order', () => {
    expect(new Set(WALKTHROUGHS.map((w) => w.id)).size).toBe(WALKTHROUGHS.length);
    for (const walkthrough of WALKTHROUGHS) expect(findWalkthrough(walkthrough.id)).toBe(walkthrough);
    const chapters = WALKTHROUGHS.map((w) => entryOf(w.library).chapter);
    expect(chapters).toEqual(chapters.toSorted((a, b) => a - b));
  });

  it('tell walkthroughs of one entry apart by their titles', () => {
    const titles = WALKTHROUGHS.map((w) => w.title ?? entryOf(w.library).title);
    expect(new Set(titles).size).toBe(titles.length);
  });
});

describe.each(WALKTHROUGHS.map((w) => [w.id, w] as const))('%s', (id, walkthrough) => {
  const { stops, breakIt, compareWith } = walkthrough;

  it('has ids that links can carry', () => {
    for (const name of [id, ...stops.map((s) => s.id)]) {
      expect(name).toMatch(ID);
      expect(name.length).toBeLessThanOrEqual(40);
    }
    expect(new Set(stops.map((s) => s.id)).size).toBe(stops.length);
  });

  it('finds every stop in its run, in order', () => {
    const run = runOf(walkthrough);
    expect(resolveStops(walkthrough, run)).toMatchObject({ ok: true });
    // The same whether runs of like steps are folded or not: a person may choose either.
    const unfolded = runBuiltIn(entryOf(walkthrough.library).scenario, {
      fold: 'never',
      ...(walkthrough.revision !== undefined && { revision: walkthrough.revision }),
      ...(walkthrough.schedule !== undefined && { schedule: walkthrough.schedule }),
    });
    expect(resolveStops(walkthrough, unfolded)).toMatchObject({ ok: true });
  });

  it('says little at a stop, and where to look', () => {
    expect(stops.length).toBeGreaterThanOrEqual(2);
    for (const { heading, text, look, id: stop } of stops) {
      expect(heading.length, stop).toBeLessThanOrEqual(STOP_LIMITS.heading);
      expect(heading, stop).not.toMatch(/\.$/);
      expect(countWords(text), stop).toBeLessThanOrEqual(STOP_LIMITS.words);
      expect(text.length, stop).toBeLessThanOrEqual(LONGEST_TEXT);
      expect(text, stop).toMatch(/[.?!:]$/);
      expect(look.length, stop).toBeGreaterThan(0);
      for (const part of look) expect(LOOKS).toContain(part);
    }
  });

  it('asks questions that have an answer', () => {
    for (const { question, id: stop } of stops) {
      if (question === undefined) continue;
      expect(question.ask, stop).toMatch(/\?$/);
      expect(question.options.length, stop).toBeGreaterThanOrEqual(2);
      expect(question.options.length, stop).toBeLessThanOrEqual(4);
      expect(new Set(question.options).size, stop).toBe(question.options.length);
      expect(question.options[question.answer], stop).toBeDefined();
      expect(question.because, stop).toMatch(/\.$/);
      expect(countWords(question.because), stop).toBeLessThanOrEqual(30);
    }
  });

  it('names claims by their ids', () => {
    for (const claim of walkthrough.claims) expect(claim).toMatch(/^[A-Z][0-9]{1,2}$/);
    expect(new Set(walkthrough.claims).size).toBe(walkthrough.claims.length);
  });

  it('compares with a revision that there is and that it runs at', () => {
    if (compareWith === undefined) return;
    const own = walkthrough.revision ?? entryOf(walkthrough.library).scenario.revision;
    expect(compareWith).not.toBe(own);
    expect(findRevision(compareWith)).toBeDefined();
    expect(runOf(walkthrough, compareWith).steps.length).toBeGreaterThan(0);
  });

  it('breaks where it says', () => {
    if (breakIt === undefined) return;
    expect(breakIt.says).toMatch(/\.$/);
    const broken = entryOf(breakIt.library ?? walkthrough.library).scenario;
    const run = runBuiltIn(broken, {
      ...(breakIt.revision !== undefined && { revision: breakIt.revision }),
      ...(breakIt.schedule !== undefined && { schedule: breakIt.schedule }),
    });
    expect(findStep(breakIt.at, run, 0)).toBeDefined();
    const { library, revision, schedule } = breakIt;
    expect([library, revision, schedule].some((change) => change !== undefined)).toBe(true);
  });
});

it('the library leaves no entry out that a walkthrough names', () => {
  const known = new Set(LIBRARY.map((entry) => entry.id));
  for (const { library, breakIt } of WALKTHROUGHS) {
    expect(known).toContain(library);
    if (breakIt?.library !== undefined) expect(known).toContain(breakIt.library);
  }
});
