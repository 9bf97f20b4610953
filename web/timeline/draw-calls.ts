import { lockWords } from '../engine.ts';
import type { LockBar } from '../derive/runIndex.ts';
import type { LanePlan } from './lanes.ts';
import { CALL_ROW, callsTop, LOCK_ROW, pathWords, rowOf } from './lanes.ts';
import type { Ink } from './marks.ts';
import type { Scale } from './scale.ts';

/** Nothing is written in less. */
const LEAST_LABEL = 18;

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
    // A grace period is no lock: it is waited for.
    if (lock.mode === '') g.setLineDash([3, 2]);
    if (past) {
      g.globalAlpha = 0.32;
      g.fillStyle = ink.lock;
      g.fill();
      g.globalAlpha = 1;
    }
    g.strokeStyle = ink.lock;
    g.lineWidth = 1.25;
    g.stroke();
    g.setLineDash([]);
    g.fillStyle = ink.lock;
    g.fillRect(left, y, 3, height);
    if (plan.lockRow < LOCK_ROW) continue;
    const at = Math.max(left, 0) + 8;
    const words = barWords(lock);
    label(g, words, at, y + height / 2, right - at - 4, ink.text, ink.sans);
  }
}

/** What may be written on a bar, longest first. */
function barWords({ name, mode }: LockBar): readonly string[] {
  if (name === 'rcu') return ['RCU section', 'RCU'];
  if (mode === '') return [name];
  return [`${lockWords(name)} · ${mode}`, lockWords(name)];
}

/** A bar of calls: where it is, and what may be written on it, longest first. */
interface CallSpan {
  readonly from: number;
  readonly to: number;
  readonly row: number;
  readonly words: readonly string[];
}

const spanCache = new WeakMap<LanePlan, readonly CallSpan[]>();

function spansOf(plan: LanePlan): readonly CallSpan[] {
  const known = spanCache.get(plan);
  if (known !== undefined) return known;
  const made = [
    ...plan.header.map(({ fns, from, to }) => ({ from, to, row: 0, words: pathWords(fns) })),
    ...plan.calls.map((c) => ({ from: c.from, to: c.to, row: rowOf(plan, c.depth), words: [c.fn] })),
  ];
  spanCache.set(plan, made);
  return made;
}

/** The call stack over the steps, from `top`: the outer calls in one row, a bar a call below it. */
export function drawCalls(g: CanvasRenderingContext2D, plot: BarPlot, plan: LanePlan, top: number): void {
  for (const span of spansOf(plan)) {
    const box = barBox(plot, span);
    if (box === undefined) continue;
    const y = top + span.row * CALL_ROW;
    g.fillStyle = plot.ink.line;
    g.beginPath();
    g.roundRect(box.left, y + 1, box.width - 1, CALL_ROW - 2, 1);
    g.fill();
    label(g, span.words, box.left + 4, y + CALL_ROW / 2, box.width - 8, plot.ink.dim, plot.ink.mono);
  }
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
 * of the end of the ticks; `alpha`: of what comes after the cursor.
 */
export function drawInnermost(
  g: CanvasRenderingContext2D,
  plot: BarPlot,
  plan: LanePlan,
  cursor: number,
  fn: string,
  below: number,
  alpha: number,
): void {
  const { scale, width, ink } = plot;
  const spans = spansOf(plan);
  const own = spans
    .filter((s) => s.from <= cursor && s.to >= cursor)
    .reduce<CallSpan | undefined>((low, s) => (low === undefined || s.row > low.row ? s : low), undefined);
  if (own === undefined) return;
  const font = `10.5px ${ink.mono}`;
  g.font = `600 ${font}`;
  const w = g.measureText(fn).width + 8;
  const x = scale.x(cursor);
  const beside = Math.min(9, Math.max(1, scale.pitch / 2)) + 3;
  const after = x + beside + w <= width;
  const left = after ? x + beside : x - beside - w;
  const y = below + callsTop(plan) + own.row * CALL_ROW;
  g.font = font;
  for (const span of spans) {
    const box = span.row === own.row ? barBox(plot, span) : undefined;
    if (box === undefined || box.width < LEAST_LABEL + 8) continue;
    const shown = span.words.find((text) => g.measureText(text).width <= box.width - 8);
    if (shown === undefined) continue;
    const end = box.left + 4 + g.measureText(shown).width;
    if (left >= end + 2 || left + w <= box.left + 2) continue;
    if (span === own) return;
    // Half a name would be left of another bar's: it goes.
    g.fillStyle = ink.panel;
    g.fillRect(box.left + 2, y + 1, end - box.left, CALL_ROW - 2);
    g.globalAlpha = after ? alpha : 1;
    g.fillStyle = ink.line;
    g.fillRect(box.left + 2, y + 1, end - box.left, CALL_ROW - 2);
    const from = left + w + 5;
    label(g, span.words, from, y + CALL_ROW / 2, box.left + box.width - 4 - from, ink.dim, ink.mono);
    g.globalAlpha = 1;
  }
  g.font = `600 ${font}`;
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
  if (room < LEAST_LABEL) return;
  g.font = `10.5px ${family}`;
  const shown = texts.find((text) => g.measureText(text).width <= room);
  if (shown === undefined) return;
  g.fillStyle = colour;
  g.textAlign = 'left';
  g.textBaseline = 'middle';
  g.fillText(shown, x, y + 0.5);
}
