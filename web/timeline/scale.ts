/** The part of the run that the timeline shows, in steps, fractions allowed while zooming. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** Space left and right of the first and the last step, in CSS pixels. */
export const PAD = 10;
/** Steps are never further apart than this. */
const MAX_PITCH = 40;
/** The closest zoom: this many steps. */
const MIN_SPAN = 12;

/** Where steps stand on the plot. */
export interface Scale {
  readonly span: Span;
  /** CSS pixels between two steps. */
  readonly pitch: number;
  x(step: number): number;
  /** The nearest step to a place, not held within the run. */
  step(x: number): number;
}

/** The whole run: step 0 stands one step left of the first. */
export function wholeRun(steps: number): Span {
  return { from: 0, to: Math.max(1, steps) };
}

export function scaleOf(span: Span, width: number): Scale {
  const length = Math.max(1, span.to - span.from);
  const pitch = Math.min(MAX_PITCH, Math.max(1, width - 2 * PAD) / length);
  return {
    span,
    pitch,
    x: (step) => PAD + (step - span.from) * pitch,
    step: (x) => span.from + (x - PAD) / pitch,
  };
}

/** Zooms about a step by a factor (below 1 goes closer); undefined once the whole run is in view. */
export function zoom(span: Span, about: number, factor: number, steps: number): Span | undefined {
  const whole = wholeRun(steps);
  const length = Math.max(Math.min(MIN_SPAN, whole.to), (span.to - span.from) * factor);
  if (length >= whole.to) return undefined;
  const share = (about - span.from) / (span.to - span.from);
  return held({ from: about - share * length, to: about + (1 - share) * length }, steps);
}

/** Moves a window by a number of steps, held within the run. */
export function pan(span: Span, by: number, steps: number): Span {
  return held({ from: span.from + by, to: span.to + by }, steps);
}

/** The window moved as little as it takes to show a step, with a little of what is beside it; itself where it shows it. */
export function showing(span: Span, step: number, steps: number): Span {
  const margin = (span.to - span.from) * 0.08;
  const by =
    step < span.from + margin
      ? step - span.from - margin
      : step > span.to - margin
        ? step - span.to + margin
        : 0;
  const moved = pan(span, by, steps);
  return moved.from === span.from ? span : moved;
}

function held(span: Span, steps: number): Span {
  const length = span.to - span.from;
  const from = Math.max(0, Math.min(span.from, wholeRun(steps).to - length));
  return from === span.from ? span : { from, to: from + length };
}

/** Step numbers for the axis: round ones, at least `room` pixels apart, and always the first. */
export function axisSteps(scale: Scale, steps: number, width: number, room = 44): number[] {
  let every = 1;
  for (const candidate of [
    1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000, 20000, 50000, 100000,
  ]) {
    every = candidate;
    if (candidate * scale.pitch >= room) break;
  }
  const marks: number[] = [];
  const last = Math.min(steps, Math.floor(scale.step(width)));
  for (let n = Math.max(1, Math.ceil(scale.span.from)); n <= last; n++) {
    if (n === 1 || n % every === 0) marks.push(n);
    if (n > 1 && n % every === 0) n += every - 1;
  }
  return marks;
}
