import type { KeyboardEvent, PointerEvent } from 'react';
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { goTo, pause, stepBy } from '../actions/transport.ts';
import { stepAt } from '../derive/moment.ts';
import { ContextBadge } from '../parts/Context.tsx';
import { runIndex } from '../derive/runIndex.ts';
import { later } from '../later.ts';
import { useLater } from '../parts/useLater.ts';
import { useNow } from '../parts/useScene.ts';
import { useTheme } from '../parts/useTheme.ts';
import { useView } from '../state/view.ts';
import { COMING, drawAxis, drawCursor, drawLanes, lanesOf } from './draw.ts';
import { LaneHeads } from './LaneHeads.tsx';
import { placeAbove } from './place-above.ts';
import { pan, scaleOf, showing, wholeRun, zoom } from './scale.ts';
import { StopMarks } from './StopMarks.tsx';
import { readInk, sized, useSize } from './useCanvas.ts';
import { useTelling } from './useTelling.ts';

/** The run on a line: a lane a context, a tick a step. A slider for the cursor. */
export function Timeline() {
  const { run, cursor, step } = useNow();
  const span = useView((v) => v.span);
  const plotRef = useRef<HTMLDivElement>(null);
  const frontRef = useRef<HTMLCanvasElement>(null);
  const { width, height } = useSize(plotRef);
  const theme = useTheme();
  const [hover, setHover] = useState<number | undefined>();
  const n = run.steps.length;
  const index = runIndex(run);
  const life = useLater(later.life, index.books || index.writes.length > 0);
  const tell = useTelling(run, step !== undefined || hover !== undefined);
  const scale = useMemo(() => scaleOf(span ?? wholeRun(n), width), [span, n, width]);

  // The lanes as they look before and after the cursor, drawn once; a step only copies them.
  const layers = useMemo(() => {
    if (width === 0 || theme === undefined) return undefined;
    const plot = { run, scale, width, height, ink: readInk() };
    const lanes = lanesOf(plot);
    const [past, coming] = [document.createElement('canvas'), document.createElement('canvas')];
    const [one, two] = [sized(past, width, height), sized(coming, width, height)];
    if (one !== null) drawLanes(one, plot, lanes, true);
    if (two !== null) drawLanes(two, plot, lanes, false);
    return { plot, lanes, past, coming };
  }, [run, scale, width, height, theme]);

  useLayoutEffect(() => {
    if (layers === undefined || frontRef.current === null) return;
    const g = sized(frontRef.current, width, height);
    if (g === null) return;
    const edge = Math.max(0, Math.min(width, scale.x(cursor) + Math.min(9, scale.pitch / 2)));
    drawPart(g, layers.past, 0, edge, height, 1);
    drawPart(g, layers.coming, edge, width, height, COMING);
    drawAxis(g, layers.plot, cursor);
    drawCursor(g, layers.plot, layers.lanes, cursor);
  }, [layers, cursor, width, height, scale]);

  // While zoomed in, the window goes along with the cursor; zooming and moving it by hand are left alone.
  useEffect(() => {
    const { span: now } = useView.getState();
    if (now === undefined) return;
    const moved = showing(now, cursor, n);
    if (moved !== now) useView.setState({ span: moved });
  }, [cursor, n]);

  useEffect(() => {
    const element = plotRef.current;
    if (element === null) return;
    const wheel = (event: WheelEvent): void => {
      event.preventDefault();
      const now = useView.getState().span ?? wholeRun(n);
      const at = scaleOf(now, element.clientWidth);
      if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
        useView.setState({ span: pan(now, (event.deltaX || event.deltaY) / at.pitch, n) });
        return;
      }
      const about = at.step(event.clientX - element.getBoundingClientRect().left);
      useView.setState({ span: zoom(now, about, Math.exp(event.deltaY / 300), n) });
    };
    element.addEventListener('wheel', wheel, { passive: false });
    return () => element.removeEventListener('wheel', wheel);
  }, [n]);

  const stepUnder = (event: PointerEvent): number => {
    const left = plotRef.current?.getBoundingClientRect().left ?? 0;
    return Math.max(0, Math.min(n, Math.round(scale.step(event.clientX - left))));
  };

  const hovered = hover === undefined ? undefined : stepAt(run, hover);
  return (
    <div className="track">
      <LaneHeads />
      <div
        ref={plotRef}
        className="plot"
        role="slider"
        tabIndex={0}
        aria-label="Step"
        aria-orientation="horizontal"
        aria-valuemin={0}
        aria-valuemax={n}
        aria-valuenow={cursor}
        aria-valuetext={`step ${cursor} of ${n}${step === undefined ? '' : `: ${tell(step)}`}`}
        onKeyDown={sliderKeys}
        onPointerDown={(event) => {
          if (event.button !== 0) return;
          event.currentTarget.setPointerCapture(event.pointerId);
          pause();
          useView.setState({ scrubbing: true });
          setHover(undefined);
          goTo(stepUnder(event));
        }}
        onPointerMove={(event) => {
          const under = stepUnder(event);
          if (useView.getState().scrubbing) goTo(under);
          else setHover(under);
        }}
        onPointerUp={() => useView.setState({ scrubbing: false })}
        onPointerCancel={() => useView.setState({ scrubbing: false })}
        onPointerLeave={() => setHover(undefined)}
      >
        <canvas ref={frontRef} className="fill" aria-hidden="true" />
        <StopMarks run={run} scale={scale} width={width} />
      </div>
      {hovered !== undefined && hover !== undefined && (
        <p
          className="hover-step"
          aria-hidden="true"
          ref={(p) => placeAbove(p, plotRef.current, scale.x(hover))}
        >
          <b>{hover}</b> <ContextBadge ctx={hovered.ctx} /> {tell(hovered)}
        </p>
      )}
      {life !== undefined && <life.LifeBar scale={scale} width={width} />}
    </div>
  );
}

function drawPart(
  g: CanvasRenderingContext2D,
  layer: HTMLCanvasElement,
  from: number,
  to: number,
  height: number,
  alpha: number,
): void {
  const ratio = devicePixelRatio || 1;
  const [x, w] = [Math.round(from * ratio), Math.round((to - from) * ratio)];
  if (w <= 0 || layer.height === 0) return;
  g.globalAlpha = alpha;
  g.drawImage(layer, x, 0, w, layer.height, x / ratio, 0, w / ratio, height);
  g.globalAlpha = 1;
}

/** Keys of a slider that the page as a whole does not have: by ten steps, up and down. */
function sliderKeys(event: KeyboardEvent): void {
  const by = { PageUp: -10, PageDown: 10, ArrowUp: 1, ArrowDown: -1 }[event.key];
  if (by === undefined) return;
  event.preventDefault();
  stepBy(by);
}
