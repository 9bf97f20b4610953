import type { RefObject } from 'react';
import { useEffect, useState } from 'react';
import type { Ink } from './marks.ts';

/** Width and height of an element in CSS pixels, as they change. */
export function useSize(ref: RefObject<HTMLElement | null>): {
  readonly width: number;
  readonly height: number;
} {
  const [size, setSize] = useState({ width: 0, height: 0 });
  useEffect(() => {
    const element = ref.current;
    if (element === null) return;
    const observer = new ResizeObserver(() => {
      const { clientWidth: width, clientHeight: height } = element;
      setSize((old) => (old.width === width && old.height === height ? old : { width, height }));
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [ref]);
  return size;
}

/** The page's colours and faces, for drawing. */
export function readInk(): Ink {
  const style = getComputedStyle(document.documentElement);
  const token = (name: string): string => style.getPropertyValue(`--${name}`).trim();
  return {
    text: token('text'),
    dim: token('dim'),
    faint: token('faint'),
    raised: token('raised'),
    line: token('line'),
    panel: token('panel'),
    now: token('now'),
    nowText: token('on-now'),
    bad: token('bad'),
    lock: token('lock'),
    sans: token('sans'),
    mono: token('mono'),
  };
}

/** A canvas of a size in CSS pixels, sharp on any screen, with nothing on it. */
export function sized(
  canvas: HTMLCanvasElement,
  width: number,
  height: number,
): CanvasRenderingContext2D | null {
  const ratio = devicePixelRatio || 1;
  const [w, h] = [Math.max(1, Math.round(width * ratio)), Math.max(1, Math.round(height * ratio))];
  if (canvas.width !== w) canvas.width = w;
  if (canvas.height !== h) canvas.height = h;
  const g = canvas.getContext('2d');
  g?.setTransform(ratio, 0, 0, ratio, 0, 0);
  g?.clearRect(0, 0, width, height);
  return g;
}
