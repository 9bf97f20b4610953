import { useLayoutEffect, useMemo, useRef } from 'react';
import { useNow } from '../parts/useScene.ts';
import { useTheme } from '../parts/useTheme.ts';
import type { Mark } from './marks.ts';
import { drawMark, MARK_NAMES, MARKS, marksOf } from './marks.ts';
import { readInk, sized } from './useCanvas.ts';

/** What the ticks of this run mean, as far as there is room. */
export function Legend() {
  const { run } = useNow();
  const present = useMemo(() => {
    const kinds = new Set(marksOf(run.steps));
    return MARKS.filter((_, i) => kinds.has(i));
  }, [run]);
  return (
    <ul className="legend" aria-label="Kinds of steps">
      {present.map((mark) => (
        <li key={mark}>
          <MarkSign mark={mark} />
          {MARK_NAMES[mark]}
        </li>
      ))}
    </ul>
  );
}

function MarkSign({ mark }: { readonly mark: Mark }) {
  const ref = useRef<HTMLCanvasElement>(null);
  const theme = useTheme();
  useLayoutEffect(() => {
    if (ref.current === null) return;
    const g = sized(ref.current, 20, 14);
    if (g !== null) drawMark(g, mark, 10, 7, 5, readInk());
  }, [mark, theme]);
  return <canvas ref={ref} className="mark-sign" aria-hidden="true" />;
}
