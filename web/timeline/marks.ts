import type { Step } from '../engine.ts';

/** Tick shapes. Shape tells the kind; hue only repeats that something was written or is wrong. */
export const MARKS = [
  'load',
  'dead',
  'loads',
  'store',
  'stores',
  'callback',
  'callbacks',
  'hole',
  'lock',
  'unlock',
  'assert',
  'warn',
  'call',
  'return',
  'alloc',
  'ctor',
  'barrier',
  'lazy',
  'tlbi',
  'access',
] as const;
export type Mark = (typeof MARKS)[number];

export const MARK_NAMES: Readonly<Record<Mark, string>> = {
  load: 'load',
  dead: 'ignored load',
  loads: 'run of loads',
  store: 'store',
  stores: 'run of stores',
  callback: 'callback',
  callbacks: 'run of callbacks',
  hole: 'hole',
  lock: 'lock',
  unlock: 'unlock',
  assert: 'assertion',
  warn: 'warning',
  call: 'call',
  return: 'return',
  alloc: 'allocation',
  ctor: 'constructor',
  barrier: 'barrier',
  lazy: 'lazy MMU mode',
  tlbi: 'TLB flush',
  access: 'use of memory',
};

export function markOf(step: Step): Mark {
  switch (step.ev) {
    case 'load':
      return step.count !== undefined ? 'loads' : step.dead ? 'dead' : 'load';
    case 'set':
      return step.count !== undefined ? 'stores' : 'store';
    case 'cb':
      return step.count !== undefined ? 'callbacks' : 'callback';
    case 'hole':
      return 'hole';
    case 'lock':
      return 'lock';
    case 'trylock':
      return step.ok ? 'lock' : 'assert';
    case 'wait':
      return 'assert';
    case 'downgrade':
      return 'unlock';
    case 'gp':
      return 'barrier';
    case 'unlock':
      return 'unlock';
    case 'assert':
      return step.ok ? 'assert' : 'warn';
    case 'call':
      return 'call';
    case 'return':
      return 'return';
    case 'test_walk':
    case 'pre_vma':
    case 'post_vma':
      return 'callback';
    case 'vmalock':
      return step.name === 'vma_start_write' ? 'lock' : 'assert';
    case 'vma':
    case 'split_huge':
    case 'unmap_aliases':
      return 'call';
    case 'alloc':
      return step.table === null ? 'warn' : 'alloc';
    case 'ctor':
    case 'dtor':
    case 'hook':
      return 'ctor';
    case 'free':
      return 'unlock';
    case 'deposit':
    case 'area':
      return 'call';
    case 'dsb':
    case 'isb':
      return 'barrier';
    case 'lazy':
      return 'lazy';
    case 'tlbi':
      return 'tlbi';
    case 'access':
      return step.may.every((m) => m.ok) ? 'access' : 'warn';
    case 'static_key':
    case 'switch_mm':
      return 'assert';
    case 'kmap':
    case 'stop_machine':
      return step.on ? 'lock' : 'unlock';
    case 'bad':
    case 'warn':
    case 'bug':
    case 'violation':
      return 'warn';
  }
}

/** The marks of a run's steps as numbers into MARKS. */
export function marksOf(steps: readonly Step[]): Uint8Array {
  const marks = new Uint8Array(steps.length);
  for (let i = 0; i < steps.length; i++) {
    const step = steps[i];
    if (step !== undefined) marks[i] = MARKS.indexOf(markOf(step));
  }
  return marks;
}

/** Colours of the timeline, read from the page's tokens. */
export interface Ink {
  readonly text: string;
  readonly dim: string;
  readonly faint: string;
  readonly raised: string;
  readonly line: string;
  readonly panel: string;
  readonly now: string;
  readonly nowText: string;
  readonly bad: string;
  readonly lock: string;
  readonly sans: string;
  readonly mono: string;
}

/** Draws a tick centred on x, y; `r` is half its height, 4 to 6 pixels. */
export function drawMark(
  g: CanvasRenderingContext2D,
  mark: Mark,
  x: number,
  y: number,
  r: number,
  ink: Ink,
): void {
  g.lineWidth = r < 4 ? 1 : 1.5;
  g.strokeStyle = ink.text;
  g.fillStyle = ink.text;
  switch (mark) {
    case 'load':
      ring(g, x, y, r < 4 ? 1.8 : r - 1);
      break;
    case 'dead':
      g.strokeStyle = ink.faint;
      ring(g, x, y, r - 2.5);
      break;
    case 'loads':
      for (const dx of [-r, 0, r]) ring(g, x + dx, y, r - 2.2);
      break;
    case 'store':
      g.fillStyle = ink.now;
      g.fillRect(x - r + 0.5, y - r + 0.5, 2 * r - 1, 2 * r - 1);
      break;
    case 'stores':
      g.fillStyle = ink.now;
      for (const dx of [-r - 1, 0, r + 1]) g.fillRect(x + dx - 2, y - r + 0.5, 4, 2 * r - 1);
      break;
    case 'callback':
      disc(g, x, y, r < 4 ? 2.1 : r - 1.2);
      break;
    case 'callbacks':
      for (const dx of [-r, 0, r]) disc(g, x + dx, y, r - 2.4);
      break;
    case 'hole':
      g.lineWidth = 1.25;
      g.setLineDash([2, 1.6]);
      g.beginPath();
      g.roundRect(x - r - 0.5, y - r + 2, 2 * r + 1, 2 * r - 4, 3);
      g.stroke();
      g.setLineDash([]);
      break;
    case 'lock':
      polyline(g, [x + 2.5, y - r, x - 1.5, y - r, x - 1.5, y + r, x + 2.5, y + r], 2);
      break;
    case 'unlock':
      polyline(g, [x - 2.5, y - r, x + 1.5, y - r, x + 1.5, y + r, x - 2.5, y + r], 2);
      break;
    case 'assert':
      polyline(g, [x - r + 1, y, x - 1, y + r - 2, x + r - 1, y - r + 2], 1.75);
      break;
    case 'warn':
      g.fillStyle = ink.bad;
      triangle(g, x, y - r, x + r, y + r - 1, x - r, y + r - 1);
      break;
    case 'call':
      g.fillStyle = ink.dim;
      triangle(g, x - r + 1.5, y - r + 0.5, x + r - 0.5, y, x - r + 1.5, y + r - 0.5);
      break;
    case 'return':
      g.strokeStyle = ink.dim;
      g.strokeRect(x - r + 1.5, y - r + 1.5, 2 * r - 3, 2 * r - 3);
      break;
    case 'alloc':
      polyline(g, [x - r + 1, y, x + r - 1, y], 1.75);
      polyline(g, [x, y - r + 1, x, y + r - 1], 1.75);
      break;
    case 'ctor':
      triangle(g, x - r, y, x, y - r, x + r, y);
      triangle(g, x - r, y, x, y + r, x + r, y);
      break;
    case 'barrier':
      polyline(g, [x, y - r - 1, x, y + r + 1], 1.75);
      break;
    case 'lazy':
      g.strokeStyle = ink.dim;
      for (const dx of [-1.5, 1.5]) polyline(g, [x + dx, y - r + 2, x + dx, y + r - 2], 1);
      break;
    case 'tlbi':
      polyline(g, [x - r + 1, y - r + 1, x + r - 1, y + r - 1], 1.75);
      polyline(g, [x - r + 1, y + r - 1, x + r - 1, y - r + 1], 1.75);
      break;
    case 'access':
      polyline(g, [x, y - r, x + r, y, x, y + r, x - r, y, x, y - r], 1.5);
      break;
  }
}

function ring(g: CanvasRenderingContext2D, x: number, y: number, r: number): void {
  g.beginPath();
  g.arc(x, y, Math.max(1, r), 0, 2 * Math.PI);
  g.stroke();
}

function disc(g: CanvasRenderingContext2D, x: number, y: number, r: number): void {
  g.beginPath();
  g.arc(x, y, Math.max(1, r), 0, 2 * Math.PI);
  g.fill();
}

function polyline(g: CanvasRenderingContext2D, points: readonly number[], width: number): void {
  g.lineWidth = width;
  g.beginPath();
  for (let i = 0; i < points.length; i += 2) g.lineTo(points[i] ?? 0, points[i + 1] ?? 0);
  g.stroke();
}

function triangle(
  g: CanvasRenderingContext2D,
  ax: number,
  ay: number,
  bx: number,
  by: number,
  cx: number,
  cy: number,
): void {
  g.beginPath();
  g.moveTo(ax, ay);
  g.lineTo(bx, by);
  g.lineTo(cx, cy);
  g.closePath();
  g.fill();
}
