import type { Run } from '../engine.ts';
import { waitsForEver } from '../derive/deadlock.ts';
import { runIndex } from '../derive/runIndex.ts';
import { drawWaits } from './draw-waits.ts';
import { callBars } from './calls.ts';
import { drawCalls, drawInnermost, drawLocks } from './draw-calls.ts';
import type { LanePlan } from './lanes.ts';
import { callsTop, planLane } from './lanes.ts';
import type { Ink } from './marks.ts';
import { drawMark, MARKS, marksOf } from './marks.ts';
import type { Scale } from './scale.ts';
import { axisSteps } from './scale.ts';

/** Heights in CSS pixels. */
export const AXIS = 20;
const TICK_ROW = 24;
/** From the top of a lane to its ticks, and between them and what is below. */
const ABOVE = 3;
const BETWEEN = 2;
const LANE_HEAD = ABOVE + TICK_ROW + BETWEEN;
/** How strongly the part after the cursor shows. */
export const COMING = 0.5;
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

/** A lane as it is drawn for the steps in view. */
export interface Lane {
  readonly ctx: number;
  readonly top: number;
  readonly plan: LanePlan;
}

/** The lanes of the run, from top to bottom. */
export function lanesOf(plot: Plot): readonly Lane[] {
  const { run, height } = plot;
  const { contexts, bars } = runIndex(run);
  const { first, last } = visible(plot);
  const inView = <T extends { readonly ctx: number; readonly from: number; readonly to: number }>(
    all: readonly T[],
    ctx: number,
  ): T[] => all.filter((bar) => bar.ctx === ctx && bar.from <= last && bar.to >= first);
  const lanes = contexts.length === 0 ? [0] : contexts;
  const calls = callBars(run, first, last);
  return lanes.map((ctx, i) => {
    const { top, height: each } = laneBox(lanes.length, i, height);
    return { ctx, top, plan: planLane(inView(calls, ctx), inView(bars, ctx), each - LANE_HEAD) };
  });
}

/** Everything that does not depend on the cursor. `past` draws lock bars filled, as they are up to the cursor. */
export function drawLanes(
  g: CanvasRenderingContext2D,
  plot: Plot,
  lanes: readonly Lane[],
  past: boolean,
): void {
  for (const [i, { ctx, top, plan }] of lanes.entries()) {
    if (i > 0) rule(g, plot, top);
    ground(g, plot, ctx, top + ABOVE);
    drawWaits(
      g,
      { ...plot, waits: plot.run.waits, forEver: waitsForEver(plot.run) },
      ctx,
      top + ABOVE,
      TICK_ROW,
    );
    if (plot.scale.pitch < DENSE) drawCounts(g, plot, ctx, top + ABOVE);
    else drawTicks(g, plot, ctx, top + ABOVE + TICK_ROW / 2);
    drawLocks(g, plot, plan, top + LANE_HEAD, past);
    drawCalls(g, plot, plan, top + LANE_HEAD + callsTop(plan));
  }
  for (const n of violations(plot.run)) flag(g, plot, plot.scale.x(n));
  if (lanes.length > 1 && plot.scale.pitch >= DENSE)
    drawSwitches(
      g,
      plot,
      lanes.map(({ ctx }) => ctx),
    );
}

const violationCache = new WeakMap<Run, readonly number[]>();

function violations(run: Run): readonly number[] {
  let known = violationCache.get(run);
  if (known === undefined) {
    known = run.steps.flatMap((step) => (step.ev === 'violation' ? [step.n] : []));
    violationCache.set(run, known);
  }
  return known;
}

/** Where something goes wrong: a ground through all lanes, under the triangle. */
function flag(g: CanvasRenderingContext2D, { scale, height, ink }: Plot, x: number): void {
  const half = Math.max(1.5, Math.min(7, scale.pitch / 2));
  g.globalAlpha = 0.2;
  g.fillStyle = ink.bad;
  g.fillRect(x - half, AXIS, 2 * half, height - AXIS);
  g.globalAlpha = 1;
  g.fillRect(x - 0.5, AXIS, 1, height - AXIS);
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
    laneBox(lanes.length, lanes.indexOf(ctx), height).top + ABOVE + TICK_ROW / 2;
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

export function drawCursor(
  g: CanvasRenderingContext2D,
  plot: Plot,
  lanes: readonly Lane[],
  cursor: number,
): void {
  const { run, scale, width, height, ink } = plot;
  const x = scale.x(cursor);
  if (x < -20 || x > width + 20 || run.steps.length === 0) return;
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
  const step = run.steps[cursor - 1];
  const lane = lanes.find(({ ctx }) => ctx === step?.ctx);
  const [innermost] = run.stackAt(cursor);
  if (lane !== undefined && innermost !== undefined)
    drawInnermost(g, plot, lane.plan, cursor, innermost.fn, lane.top + LANE_HEAD, COMING);
}
