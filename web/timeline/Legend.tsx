import { useEffect, useId, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { useNow } from '../parts/useScene.ts';
import { useTheme } from '../parts/useTheme.ts';
import type { Mark } from './marks.ts';
import { drawMark, MARK_NAMES, MARKS, marksOf } from './marks.ts';
import { readInk, sized } from './useCanvas.ts';

/** What the ticks of this run mean: in a line as far as there is room, and all of them behind a button where there is not. */
export function Legend() {
  const { run } = useNow();
  const present = useMemo(() => {
    const kinds = new Set(marksOf(run.steps));
    return MARKS.filter((_, i) => kinds.has(i));
  }, [run]);
  const { line, cut } = useCut(present);
  return (
    <div className="legend">
      <ul ref={line} aria-label="Kinds of steps">
        <Kinds marks={present} />
      </ul>
      {cut && <Rest marks={present} />}
    </div>
  );
}

/** Whether kinds are hidden: the line wraps, or is not shown at all. */
function useCut(present: readonly Mark[]) {
  const line = useRef<HTMLUListElement>(null);
  const [cut, setCut] = useState(false);
  useEffect(() => {
    const element = line.current;
    if (element === null) return;
    // Measured with its last kind, in the line's own order: what has wrapped stands lower.
    const observer = new ResizeObserver(() => {
      const last = element.lastElementChild;
      setCut(element.clientWidth === 0 || (last instanceof HTMLElement && last.offsetTop > 0));
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [present]);
  return { line, cut };
}

/** The button with every kind. */
function Rest({ marks }: { readonly marks: readonly Mark[] }) {
  const id = useId();
  const [open, setOpen] = useState(false);
  const root = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!open) return;
    const outside = (event: Event): void => {
      if (event.target instanceof Node && root.current?.contains(event.target) !== true) setOpen(false);
    };
    document.addEventListener('pointerdown', outside);
    document.addEventListener('focusin', outside);
    return () => {
      document.removeEventListener('pointerdown', outside);
      document.removeEventListener('focusin', outside);
    };
  }, [open]);
  return (
    <div
      className="legend-rest"
      ref={root}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || !open) return;
        event.stopPropagation();
        setOpen(false);
      }}
    >
      <button
        type="button"
        className="square quiet"
        aria-label="All kinds of steps"
        title="All kinds of steps"
        aria-expanded={open}
        aria-controls={id}
        onClick={() => setOpen(!open)}
      >
        …
      </button>
      <ul id={id} className="legend-all" hidden={!open}>
        {open && <Kinds marks={marks} />}
      </ul>
    </div>
  );
}

function Kinds({ marks }: { readonly marks: readonly Mark[] }) {
  return marks.map((mark) => (
    <li key={mark}>
      <MarkSign mark={mark} />
      {MARK_NAMES[mark]}
    </li>
  ));
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
