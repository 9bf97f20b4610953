import type { Wait } from '../engine.ts';
import type { BarPlot } from './draw-calls.ts';

/** Where a context could not go on: hatched, between the steps of others; in the colour of what is wrong where it never will. */
export function drawWaits(
  g: CanvasRenderingContext2D,
  {
    scale,
    width,
    ink,
    waits,
    forEver,
  }: BarPlot & { readonly waits: readonly Wait[]; readonly forEver: (wait: Wait) => boolean },
  ctx: number,
  top: number,
  height: number,
): void {
  const half = scale.pitch / 2;
  for (const wait of waits) {
    if (wait.ctx !== ctx) continue;
    const bad = forEver(wait);
    const left = Math.max(0, scale.x(wait.from) + half);
    const right = Math.min(width, scale.x(wait.to - 1) + Math.max(half, 2));
    if (right <= left) continue;
    g.save();
    g.beginPath();
    g.rect(left, top + 4, right - left, height - 8);
    g.clip();
    g.strokeStyle = bad ? ink.bad : ink.faint;
    g.lineWidth = 1;
    g.beginPath();
    for (let x = left - height; x < right; x += 5) {
      g.moveTo(x, top + height - 4);
      g.lineTo(x + height - 8, top + 4);
    }
    g.stroke();
    g.restore();
    g.strokeStyle = bad ? ink.bad : ink.line;
    g.strokeRect(left + 0.5, top + 4.5, Math.max(0, right - left - 1), height - 9);
  }
}
