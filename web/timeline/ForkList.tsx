import { useEffect, useId, useRef, useState } from 'react';
import { contextLetter } from '../engine.ts';
import { forksOf, returnTo } from '../actions/interleave.ts';
import { useScene } from '../parts/useScene.ts';
import { useForks } from '../state/forks.ts';

/** The schedules that were left by choosing otherwise, each a way back. Nothing while there are none. */
export function ForkList() {
  const scene = useScene();
  const kept = useForks((f) => f.kept);
  const [open, setOpen] = useState(false);
  const root = useRef<HTMLDivElement>(null);
  const id = useId();
  useEffect(() => {
    if (!open) return;
    const outside = (event: Event): void => {
      if (event.target instanceof Node && root.current?.contains(event.target) !== true) setOpen(false);
    };
    document.addEventListener('pointerdown', outside);
    return () => document.removeEventListener('pointerdown', outside);
  }, [open]);
  const forks = kept.length === 0 ? [] : forksOf(scene, kept);
  if (forks.length === 0) return null;
  return (
    <div
      className="fork-list"
      ref={root}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || !open) return;
        event.stopPropagation();
        setOpen(false);
      }}
    >
      <button
        type="button"
        className="quiet"
        aria-expanded={open}
        aria-controls={id}
        onClick={() => setOpen(!open)}
        title="Schedules that were left by letting another context go on"
      >
        {forks.length} {forks.length === 1 ? 'fork' : 'forks'}
      </button>
      <ul id={id} hidden={!open} aria-label="Forks">
        {open &&
          forks.map((fork, i) => (
            <li key={i}>
              <button
                type="button"
                onClick={() => {
                  setOpen(false);
                  returnTo(fork);
                }}
              >
                <span>
                  parts at step <b>{fork.parts}</b>: {went(fork.scene.run.steps[fork.parts - 1]?.ctx)}
                </span>
                <code>{fork.scene.schedule === '' ? 'as first run' : fork.scene.schedule}</code>
              </button>
            </li>
          ))}
      </ul>
    </div>
  );
}

function went(ctx: number | undefined): string {
  return ctx === undefined ? 'it had ended' : `${contextLetter(ctx)} went on`;
}
