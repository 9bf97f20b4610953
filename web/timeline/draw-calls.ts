import { lockWords } from '../engine.ts';
import type { LanePlan } from './lanes.ts';
import { CALL_ROW, callsTop, LOCK_ROW, pathWords, rowOf } from './lanes.ts';
import type { Ink } from './marks.ts';
import type { Scale } from './scale.ts';

/** What bars are drawn with. */
export interface BarPlot {
  readonly scale: Scale;
  readonly width: number;
  readonly ink: Ink;
}

/** The lock bars of a lane, from `top`. `past` fills them, as they are up to the cursor. */
export function drawLocks(
  g: CanvasRenderingContext2D,
  { scale, width, ink }: BarPlot,
  plan: LanePlan,
  top: number,
  past: boolean,
): void {
  for (const { bar: lock, row } of plan.locks) {
    const left = Math.max(-4, scale.x(lock.from) - Math.min(4, scale.pitch / 2));
    const right = Math.min(width + 4, scale.x(lock.to) + Math.min(4, scale.pitch / 2));
    if (right < 0 || left > width) continue;
    const y = top + row * plan.lockRow + 0.5;
    const height = plan.lockRow - 3;
    g.beginPath();
    g.roundRect(left, y, Math.max(3, right - left), height, 2);
    if (past) {
      g.globalAlpha = 0.32;
      g.fillStyle = ink.lock;
      g.fill();
      g.globalAlpha = 1;
    }
    g.strokeStyle = ink.lock;
    g.lineWidth = 1.25;
    g.stroke();
    g.fillStyle = ink.lock;
    g.fillRect(left, y, 3, height);
    if (plan.lockRow < LOCK_ROW) continue;
    const at = Math.max(left, 0) + 8;
    const words = [`${lockWords(lock.name)} · ${lock.mode}`, lockWords(lock.name)];
    label(g, words, at, y + height / 2, right - at - 4, ink.text, ink.sans);
  }
}

/** The call stack over the steps, from `top`: the outer calls in one row, a bar a call below it. */
export function drawCalls(g: CanvasRenderingContext2D, plot: BarPlot, plan: LanePlan, top: number): void {
  for (const path of plan.header) bar(g, plot, path, pathWords(path.fns), top);
  for (const call of plan.calls) bar(g, plot, call, [call.fn], top + rowOf(plan, call.depth) * CALL_ROW);
}

function bar(
  g: CanvasRenderingContext2D,
  plot: BarPlot,
  span: { readonly from: number; readonly to: number },
  words: readonly string[],
  top: number,
): void {
  const box = barBox(plot, span);
  if (box === undefined) return;
  g.fillStyle = plot.ink.line;
  g.beginPath();
  g.roundRect(box.left, top + 1, box.width - 1, CALL_ROW - 2, 1);
  g.fill();
  label(g, words, box.left + 4, top + CALL_ROW / 2, box.width - 8, plot.ink.dim, plot.ink.mono);
}

/** Where a bar stands on the plot; undefined where it is too narrow to see. */
function barBox(
  { scale, width }: BarPlot,
  { from, to }: { readonly from: number; readonly to: number },
): { readonly left: number; readonly width: number } | undefined {
  const half = Math.min(6, scale.pitch / 2);
  const left = Math.max(0, scale.x(from) - half);
  const right = Math.min(width, scale.x(to) + half);
  return right - left < 1.5 ? undefined : { left, width: right - left };
}

/**
 * The deepest function at the cursor, written beside it in its own row, unless its bar says it there already. `below`: y
 * of the end of the ticks.
 */
export function drawInnermost(
  g: CanvasRenderingContext2D,
  plot: BarPlot,
  plan: LanePlan,
  cursor: number,
  fn: string,
  below: number,
): void {
  const { scale, width, ink } = plot;
  const covers = (c: { readonly from: number; readonly to: number }): boolean =>
    c.from <= cursor && c.to >= cursor;
  const own = plan.calls
    .filter(covers)
    .reduce<LanePlan['calls'][number] | undefined>(
      (deepest, call) => (deepest === undefined || call.depth > deepest.depth ? call : deepest),
      undefined,
    );
  if (own === undefined && !plan.header.some(covers)) return;
  g.font = `600 10.5px ${ink.mono}`;
  const w = g.measureText(fn).width + 8;
  const x = scale.x(cursor);
  const beside = Math.min(9, Math.max(1, scale.pitch / 2)) + 3;
  const left = x + beside + w <= width ? x + beside : x - beside - w;
  const box = own === undefined ? undefined : barBox(plot, own);
  if (box !== undefined && w <= box.width && left < box.left + w && left + w > box.left) return;
  const y = below + callsTop(plan) + (own === undefined ? 0 : rowOf(plan, own.depth)) * CALL_ROW;
  g.fillStyle = ink.panel;
  g.beginPath();
  g.roundRect(left, y, w, CALL_ROW, 2);
  g.fill();
  g.strokeStyle = ink.faint;
  g.lineWidth = 1;
  g.stroke();
  g.fillStyle = ink.text;
  g.textAlign = 'left';
  g.textBaseline = 'middle';
  g.fillText(fn, left + 4, y + CALL_ROW / 2 + 0.5);
}

/** The first of the texts that fits; nothing where none does. */
function label(
  g: CanvasRenderingContext2D,
  texts: readonly string[],
  x: number,
  y: number,
  room: number,
  colour: string,
  family: string,
): void {
  if (room < 18) return;
  g.font = `10.5px ${family}`;
  const shown = texts.find((text) => g.measureText(text).width <= room);
  if (shown === undefined) return;
  g.fillStyle = colour;
  g.textAlign = 'left';
  g.textBaseline = 'middle';
  g.fillText(shown, x, y + 0.5);
}
