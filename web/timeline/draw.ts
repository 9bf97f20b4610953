import type { Run } from '../engine.ts';
import { lockWords } from '../engine.ts';
import { runIndex } from '../derive/runIndex.ts';
import type { CallBar } from './calls.ts';
import { callBars } from './calls.ts';
import type { Ink } from './marks.ts';
import { drawMark, MARKS, marksOf } from './marks.ts';
import type { Scale } from './scale.ts';
import { axisSteps } from './scale.ts';

/** Heights in CSS pixels. */
export const AXIS = 20;
const TICK_ROW = 24;
const BAR = 13;
const CALL_ROW = 13;
/** Below this many pixels a step, ticks are counted instead of drawn. */
const DENSE = 4;

export interface Plot {
  readonly run: Run;
  readonly scale: Scale;
  readonly width: number;
  readonly height: number;
  readonly ink: Ink;
}

/** Top and height of a context's lane. */
export function laneBox(
  contexts: number,
  lane: number,
  height: number,
): { readonly top: number; readonly height: number } {
  const each = Math.floor((height - AXIS) / Math.max(1, contexts));
  return { top: AXIS + lane * each, height: each };
}

const markCache = new WeakMap<Run, Uint8Array>();

function marks(run: Run): Uint8Array {
  let known = markCache.get(run);
  if (known === undefined) markCache.set(run, (known = marksOf(run.steps)));
  return known;
}

/** Everything that does not depend on the cursor. `past` draws lock bars filled, as they are up to the cursor. */
export function drawLanes(g: CanvasRenderingContext2D, plot: Plot, past: boolean): void {
  const { run, height } = plot;
  const { contexts } = runIndex(run);
  const lanes = contexts.length === 0 ? [0] : contexts;
  for (const [lane, ctx] of lanes.entries()) {
    const box = laneBox(lanes.length, lane, height);
    if (lane > 0) rule(g, plot, box.top);
    drawLane(g, plot, ctx, box.top, box.height, past);
  }
  if (lanes.length > 1 && plot.scale.pitch >= DENSE) drawSwitches(g, plot, lanes);
}

/** The line between two lanes. */
function rule(g: CanvasRenderingContext2D, { width, ink }: Plot, y: number): void {
  g.fillStyle = ink.line;
  g.fillRect(0, y - 0.5, width, 1);
}

/** A dotted drop wherever another context goes on. */
function drawSwitches(g: CanvasRenderingContext2D, plot: Plot, lanes: readonly number[]): void {
  const { run, scale, height, ink } = plot;
  const { first, last } = visible(plot);
  const middle = (ctx: number): number =>
    laneBox(lanes.length, lanes.indexOf(ctx), height).top + 3 + TICK_ROW / 2;
  g.strokeStyle = ink.faint;
  g.lineWidth = 1;
  g.setLineDash([1, 2]);
  g.beginPath();
  for (let n = Math.max(2, first); n <= last; n++) {
    const [from, to] = [run.steps[n - 2]?.ctx, run.steps[n - 1]?.ctx];
    if (from === undefined || to === undefined || from === to) continue;
    const x = Math.round(scale.x(n) - scale.pitch / 2) + 0.5;
    g.moveTo(x, middle(from));
    g.lineTo(x, middle(to));
  }
  g.stroke();
  g.setLineDash([]);
}

function drawLane(
  g: CanvasRenderingContext2D,
  plot: Plot,
  ctx: number,
  top: number,
  height: number,
  past: boolean,
): void {
  const { run, scale, ink } = plot;
  const mid = top + 3 + TICK_ROW / 2;
  ground(g, plot, ctx, top + 3);
  if (scale.pitch < DENSE) drawCounts(g, plot, ctx, top + 3);
  else drawTicks(g, plot, ctx, mid);
  const rows = drawLocks(g, plot, ctx, top + 3 + TICK_ROW + 2, past);
  const below = top + 3 + TICK_ROW + 2 + rows * (BAR + 2);
  const room = Math.floor((top + height - below) / CALL_ROW);
  const { first, last } = visible(plot);
  const calls = callBars(run, first, last).filter((call) => call.ctx === ctx);
  if (room >= 2) drawCalls(g, plot, calls, below, room, ink);
}

/** The ground of a lane where its context runs; with several contexts the gaps show who waits. */
function ground(g: CanvasRenderingContext2D, plot: Plot, ctx: number, top: number): void {
  const { run, scale, width, ink } = plot;
  const own = runIndex(run).byContext.get(ctx);
  if (own === undefined || own.length === 0) return;
  g.fillStyle = ink.raised;
  const half = scale.pitch / 2;
  const block = (from: number, to: number): void => {
    const left = Math.max(0, scale.x(from) - half);
    const right = Math.min(width, scale.x(to) + half);
    if (right > left) g.fillRect(left, top, right - left, TICK_ROW);
  };
  let from = own[0] ?? 1;
  let last = from;
  for (const n of own) {
    if (n > last + 1) {
      block(from, last);
      from = n;
    }
    last = n;
  }
  block(from, last);
}

function visible(plot: Plot): { readonly first: number; readonly last: number } {
  const { scale, width, run } = plot;
  return {
    first: Math.max(1, Math.floor(scale.step(-12))),
    last: Math.min(run.steps.length, Math.ceil(scale.step(width + 12))),
  };
}

function drawTicks(g: CanvasRenderingContext2D, plot: Plot, ctx: number, y: number): void {
  const { run, scale, ink } = plot;
  const kinds = marks(run);
  const { first, last } = visible(plot);
  const r = scale.pitch >= 13 ? 5.5 : scale.pitch >= 8.5 ? 4 : 3;
  for (let n = first; n <= last; n++) {
    if (run.steps[n - 1]?.ctx !== ctx) continue;
    drawMark(g, MARKS[kinds[n - 1] ?? 0] ?? 'load', scale.x(n), y, r, ink);
  }
}

/** Many steps a pixel: a column tells by shares what they are, loads below, what is told or locked above, stores on top. */
function drawCounts(g: CanvasRenderingContext2D, plot: Plot, ctx: number, top: number): void {
  const { run, scale, width, ink } = plot;
  const column = 2;
  const columns = Math.ceil(width / column);
  const shares = {
    load: new Uint32Array(columns),
    hole: new Uint32Array(columns),
    told: new Uint32Array(columns),
  };
  const written = new Uint32Array(columns);
  const wrong = new Uint32Array(columns);
  const kinds = marks(run);
  const { first, last } = visible(plot);
  for (let n = first; n <= last; n++) {
    if (run.steps[n - 1]?.ctx !== ctx) continue;
    const at = Math.floor(scale.x(n) / column);
    const mark = MARKS[kinds[n - 1] ?? 0];
    if (at < 0 || at >= columns || mark === undefined) continue;
    if (mark === 'warn') wrong[at] = 1;
    const share =
      mark === 'store' || mark === 'stores'
        ? written
        : mark === 'load' || mark === 'loads' || mark === 'dead'
          ? shares.load
          : mark === 'hole'
            ? shares.hole
            : shares.told;
    share[at] = (share[at] ?? 0) + 1;
  }
  const room = TICK_ROW - 4;
  for (let at = 0; at < columns; at++) {
    const stack = [
      [ink.faint, shares.load[at] ?? 0],
      [ink.text, shares.told[at] ?? 0],
      [ink.line, shares.hole[at] ?? 0],
      [ink.now, written[at] ?? 0],
    ] as const;
    const all = stack.reduce((sum, [, count]) => sum + count, 0);
    let y = top + TICK_ROW - 2;
    for (const [colour, count] of stack) {
      if (count === 0) continue;
      // A few stores among many loads still show.
      const height = Math.max(colour === ink.now ? 4 : 0, (count / all) * room);
      y = Math.max(top + 2, y - height);
      g.fillStyle = colour;
      g.fillRect(at * column, y, 1.5, height);
    }
    if (wrong[at] === 1) drawMark(g, 'warn', at * column, top + 6, 4.5, ink);
  }
}

/** Lock bars, each in the first row where it has room. Answers how many rows there are. */
function drawLocks(g: CanvasRenderingContext2D, plot: Plot, ctx: number, top: number, past: boolean): number {
  const { run, scale, width, ink } = plot;
  const ends: number[] = [];
  for (const lock of runIndex(run).bars) {
    if (lock.ctx !== ctx) continue;
    let row = ends.findIndex((end) => end < lock.from);
    if (row < 0) row = ends.length;
    ends[row] = lock.to;
    const left = Math.max(-4, scale.x(lock.from) - Math.min(4, scale.pitch / 2));
    const right = Math.min(width + 4, scale.x(lock.to) + Math.min(4, scale.pitch / 2));
    if (right < 0 || left > width) continue;
    const y = top + row * (BAR + 2) + 0.5;
    g.beginPath();
    g.roundRect(left, y, Math.max(3, right - left), BAR - 1, 2);
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
    g.fillRect(left, y, 3, BAR - 1);
    label(
      g,
      `${lockWords(lock.name)} · ${lock.mode}`,
      Math.max(left, 0) + 8,
      y + BAR / 2,
      right - Math.max(left, 0) - 12,
      ink.text,
      ink.sans,
    );
  }
  return ends.length;
}

/** The call stack over the steps: a bar a call, the scenario's own on top. */
function drawCalls(
  g: CanvasRenderingContext2D,
  plot: Plot,
  bars: readonly CallBar[],
  top: number,
  rows: number,
  ink: Ink,
): void {
  const { scale, width } = plot;
  const half = Math.min(6, scale.pitch / 2);
  for (const call of bars) {
    if (call.depth >= rows) continue;
    const left = Math.max(0, scale.x(call.from) - half);
    const right = Math.min(width, scale.x(call.to) + half);
    if (right - left < 1.5) continue;
    const y = top + call.depth * CALL_ROW + 1;
    g.fillStyle = ink.raised;
    g.beginPath();
    g.roundRect(left, y, right - left - 1, CALL_ROW - 2, 1);
    g.fill();
    label(g, call.fn, left + 4, y + (CALL_ROW - 2) / 2, right - left - 8, ink.dim, ink.mono);
  }
}

/** Text where it fits, cut with an ellipsis where part of it does, nothing below that. */
function label(
  g: CanvasRenderingContext2D,
  text: string,
  x: number,
  y: number,
  room: number,
  colour: string,
  family: string,
): void {
  if (room < 24) return;
  g.font = `10.5px ${family}`;
  g.fillStyle = colour;
  g.textAlign = 'left';
  g.textBaseline = 'middle';
  let shown = text;
  if (g.measureText(text).width > room) {
    let length = Math.floor((text.length * room) / Math.max(1, g.measureText(text).width));
    while (length > 2 && g.measureText(`${text.slice(0, length)}…`).width > room) length--;
    if (length <= 2) return;
    shown = `${text.slice(0, length)}…`;
  }
  g.fillText(shown, x, y + 0.5);
}

/** Step numbers along the top, but for the one the cursor's own number covers. */
export function drawAxis(g: CanvasRenderingContext2D, plot: Plot, cursor: number): void {
  const { scale, width, ink, run } = plot;
  g.font = `11px ${ink.mono}`;
  g.textAlign = 'center';
  g.textBaseline = 'middle';
  g.fillStyle = ink.dim;
  for (const n of axisSteps(scale, run.steps.length, width)) {
    const x = scale.x(n);
    if (Math.abs(x - scale.x(cursor)) < 26 || x > width - 6) continue;
    g.fillText(String(n), Math.max(6, x), AXIS / 2);
  }
  g.strokeStyle = ink.line;
  g.lineWidth = 1;
  g.beginPath();
  g.moveTo(0, AXIS - 0.5);
  g.lineTo(width, AXIS - 0.5);
  g.stroke();
}

export function drawCursor(g: CanvasRenderingContext2D, plot: Plot, cursor: number): void {
  const { scale, width, height, ink } = plot;
  const x = scale.x(cursor);
  if (x < -20 || x > width + 20 || plot.run.steps.length === 0) return;
  const half = Math.max(1, Math.min(9, scale.pitch / 2));
  g.globalAlpha = 0.16;
  g.fillStyle = ink.now;
  g.fillRect(x - half, AXIS, 2 * half, height - AXIS);
  g.globalAlpha = 1;
  g.font = `600 11px ${ink.mono}`;
  const text = String(cursor);
  const w = g.measureText(text).width + 10;
  const left = Math.max(0, Math.min(width - w, x - w / 2));
  g.fillStyle = ink.now;
  g.beginPath();
  g.roundRect(left, 2, w, AXIS - 5, 3);
  g.fill();
  g.fillRect(x - 0.75, AXIS - 3, 1.5, 5);
  g.fillStyle = ink.nowText;
  g.textAlign = 'center';
  g.textBaseline = 'middle';
  g.fillText(text, left + w / 2, AXIS / 2);
}
