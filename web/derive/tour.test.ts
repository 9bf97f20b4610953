import { describe, expect, it } from 'vitest';
import { captureWorld, libraryRun } from '../../tests/support/page-runs.ts';
import type { Stop, Walkthrough } from '../engine.ts';
import type { Scene } from '../state/session.ts';
import type { Answer, Tour } from '../state/tour.ts';
import { announcement, verdict } from '../tour/words.ts';
import { looksOf, openQuestion, stepOf, whereabouts } from './tour.ts';

const world = captureWorld();
const run = libraryRun('first-walk', world);
const scene: Scene = {
  scenario: run.scenario,
  world,
  run,
  libraryId: 'first-walk',
  schedule: '',
  fold: 'auto',
};

const stop = (id: string, question = false): Stop => ({
  id,
  find: { at: 'start' },
  heading: `Heading ${id}`,
  text: `Text ${id}.`,
  look: ['map', 'entry'],
  ...(question && {
    question: { ask: 'Which?', options: ['This', 'That'], answer: 1, because: 'So it is.' },
  }),
});

const walkthrough: Walkthrough = {
  id: 'tour',
  library: 'first-walk',
  claims: [],
  stops: [stop('a', true), stop('b', true), stop('c', true), stop('d')],
};

const tour = (at: number, answers: readonly (readonly [string, Answer])[] = []): Tour => ({
  walkthrough,
  scene,
  steps: [0, 10, 10, 25],
  at,
  answers: new Map(answers),
});

describe('the step a stop is shown at', () => {
  it('is its own, but the one before while its question is open', () => {
    expect(stepOf(tour(3))).toBe(25);
    expect(stepOf(tour(1))).toBe(9);
    expect(stepOf(tour(1, [['b', 0]]))).toBe(10);
    expect(stepOf(tour(1, [['b', 'passed']]))).toBe(10);
  });

  it('is never before the start, nor before the stop before', () => {
    expect(stepOf(tour(0))).toBe(0);
    expect(stepOf(tour(2))).toBe(10);
  });
});

it('a question is open until it is answered or passed over', () => {
  expect(openQuestion(tour(1))?.ask).toBe('Which?');
  expect(openQuestion(tour(1, [['a', 1]]))?.ask).toBe('Which?');
  expect(openQuestion(tour(1, [['b', 0]]))).toBeUndefined();
  expect(openQuestion(tour(3))).toBeUndefined();
});

it('the page points only where the stop is, and not before its question is answered', () => {
  expect(whereabouts(tour(3), scene, 25)).toBe('here');
  expect(whereabouts(tour(3), scene, 24)).toBe('away');
  expect(whereabouts(tour(3), { ...scene }, 25)).toBe('elsewhere');
  expect(looksOf(tour(3), scene, 25)).toEqual(['map', 'entry']);
  expect(looksOf(tour(3), scene, 24)).toEqual([]);
  expect(looksOf(tour(3), undefined, 25)).toEqual([]);
  expect(looksOf(tour(1), scene, 9)).toEqual([]);
  expect(looksOf(undefined, scene, 0)).toEqual([]);
});

describe('what is said', () => {
  it('the question with its options, then how it came out, the heading and the text', () => {
    expect(announcement(tour(1))).toBe('Stop 2 of 4. A question: Which? 1: This. 2: That.');
    expect(announcement(tour(1, [['b', 1]]))).toBe('Stop 2 of 4. Right. So it is. Heading b. Text b.');
    expect(announcement(tour(1, [['b', 0]]))).toBe(
      'Stop 2 of 4. Not “This”, but “That”. So it is. Heading b. Text b.',
    );
    expect(announcement(tour(1, [['b', 'passed']]))).toBe('Stop 2 of 4. Heading b. Text b.');
    expect(announcement(tour(3))).toBe('Stop 4 of 4. Heading d. Text d.');
  });

  it('nothing of an answer where there was none', () => {
    expect(verdict(tour(1))).toBeUndefined();
    expect(verdict(tour(1, [['b', 'passed']]))).toBeUndefined();
    expect(verdict(tour(3, [['d', 0]]))).toBeUndefined();
    expect(verdict(tour(1, [['b', 1]]))?.right).toBe(true);
    expect(verdict(tour(1, [['b', 0]]))?.right).toBe(false);
  });
});
