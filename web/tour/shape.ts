import type { Run, Step } from '../engine.ts';
import { levelName } from '../engine.ts';

/** Rows of the picture: the levels from the root down, then everything that is not about an entry. */
export const SHAPE_ROWS = ['pgd', 'p4d', 'pud', 'pmd', 'pte', 'other'] as const;
export type ShapeRow = (typeof SHAPE_ROWS)[number];

export interface ShapeMark {
  readonly row: ShapeRow;
  readonly tone: 'read' | 'written' | 'bad';
  /** Columns, from 0, `n` of them. */
  readonly from: number;
  readonly n: number;
}

/** A run at a glance: how deep in the tables it is along its steps, and where it writes or goes wrong. */
export function runShape(run: Pick<Run, 'steps' | 'world'>, columns: number): ShapeMark[] {
  const total = run.steps.length;
  const cells = new Map<string, ShapeMark['tone']>();
  const worse = { read: 0, written: 1, bad: 2 } as const;
  for (const step of run.steps) {
    const row = rowOf(step, run);
    const tone = toneOf(step);
    const from = Math.floor(((step.n - 1) / total) * columns);
    const to = Math.max(from + 1, Math.floor((step.n / total) * columns));
    for (let column = from; column < to; column++) {
      const key = `${row} ${column}`;
      const known = cells.get(key);
      if (known === undefined || worse[tone] > worse[known]) cells.set(key, tone);
    }
  }
  const marks: ShapeMark[] = [];
  for (const row of SHAPE_ROWS) {
    let open: { tone: ShapeMark['tone']; from: number } | undefined;
    for (let column = 0; column <= columns; column++) {
      const tone = cells.get(`${row} ${column}`);
      if (open !== undefined && tone !== open.tone) {
        marks.push({ row, tone: open.tone, from: open.from, n: column - open.from });
        open = undefined;
      }
      if (tone !== undefined && open === undefined) open = { tone, from: column };
    }
  }
  return marks;
}

function rowOf(step: Step, run: Pick<Run, 'world'>): ShapeRow {
  if (step.ev === 'load' || step.ev === 'set') return levelName(run.world.geo, step.hw);
  return step.ev === 'cb' ? step.level : 'other';
}

function toneOf(step: Step): ShapeMark['tone'] {
  if (
    step.ev === 'violation' ||
    step.ev === 'warn' ||
    step.ev === 'bug' ||
    (step.ev === 'assert' && !step.ok)
  )
    return 'bad';
  return step.ev === 'set' ? 'written' : 'read';
}
