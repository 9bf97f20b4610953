import type { LevelName } from '../../src-core/index.ts';
import type { Group, Mark } from './marks.ts';
import { path, px } from './marks.ts';

/** From the right end of a row to where it leads. */
export interface Edge {
  readonly key: string;
  readonly x0: number;
  readonly y0: number;
  readonly x1: number;
  readonly y1: number;
  /** Where it turns, 0…1 of the way. */
  readonly turn: number;
  /** Level it leads to, on the focus path; otherwise a hairline. */
  readonly level?: LevelName;
  /** It leads to a table that is not linked there any more: dashed, and red if that went wrong. */
  readonly stale?: 'gone' | 'broken';
}

/** An edge leaves its row, turns once in the gutter and lands. */
export function edgeGroup(e: Edge): Group {
  const xm = e.x0 + (e.x1 - e.x0) * e.turn;
  const dy = e.y1 - e.y0;
  const r = Math.min(4, Math.abs(dy) / 2, Math.abs(e.x1 - xm), Math.abs(xm - e.x0));
  const s = Math.sign(dy);
  const tip = e.level === undefined ? e.x1 : e.x1 - 3;
  const d =
    Math.abs(dy) < 1
      ? `M${px(e.x0)} ${px(e.y0)}H${px(tip)}`
      : `M${px(e.x0)} ${px(e.y0)}H${px(xm - r)}Q${px(xm)} ${px(e.y0)} ${px(xm)} ${px(e.y0 + s * r)}` +
        `V${px(e.y1 - s * r)}Q${px(xm)} ${px(e.y1)} ${px(xm + r)} ${px(e.y1)}H${px(tip)}`;
  const marks: Mark[] =
    e.level === undefined
      ? [path(d, 'hairline')]
      : [
          path(d, `flow ${e.stale ?? e.level}`),
          path(`M${px(e.x1 - 4.5)} ${px(e.y1 - 3)}l5 3l-5 3z`, `head ${e.stale ?? e.level}`),
        ];
  return { key: e.key, x: 0, y: 0, w: 0, h: 0, c: 'link', marks };
}
