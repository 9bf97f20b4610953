import type { LevelName } from '../arch/geometry.ts';
import type { StepEvent } from '../step/step.ts';

/** First line of every text trace. */
export const TRACE_HEADER = 'Pagewalk trace, format 1';

/** Columns before what belongs to a step but is not its line: calls of depth 0, held locks, comments. */
export const INDENT = 9;
/** Calls are indented by two more columns for each level of depth, up to this depth; deeper ones carry a number. */
export const DEEPEST_INDENT = 12;

/** Hardware level that a type stands for unless the line says otherwise. */
export function usualHw(level: LevelName, rootHw: number): number {
  const hw = { pgd: rootHw, p4d: 0, pud: 1, pmd: 2, pte: 3 }[level];
  return Math.max(hw, rootHw);
}

/** The kernel helper that a load is part of unless the line says otherwise: the getter of its level for a READ_ONCE. */
export function usualHelper(level: LevelName, once: boolean): string | undefined {
  return once ? `${level}p_get` : undefined;
}

/** What a context holds after a step that had `before`, as far as the step's event tells: `mmap:init_mm/read`, … */
export function heldAfter(event: StepEvent, before: readonly string[]): readonly string[] {
  if (event.ev === 'lock') return [...before, `${event.name}/${event.mode}`];
  if (event.ev !== 'unlock') return before;
  const i = before.lastIndexOf(`${event.name}/${event.mode}`);
  return i < 0 ? before : before.filter((_, k) => k !== i);
}
