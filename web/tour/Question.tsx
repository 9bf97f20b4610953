import { useEffect, useRef } from 'react';
import type { Question } from '../engine.ts';
import type { Tour } from '../state/tour.ts';
import { answer } from './guide.ts';
import { Prose } from './Prose.tsx';
import { verdict } from './words.ts';

/** A question before the answer: options by click, by their number, or with the arrows and Enter. */
export function OpenQuestion({ question }: { readonly question: Question }) {
  const list = useRef<HTMLUListElement>(null);
  const refocus = useRef(false);
  // Who answered with a button goes on from the heading, which takes the question's place.
  useEffect(
    () => () => {
      if (refocus.current)
        requestAnimationFrame(() => document.querySelector<HTMLElement>('.stop-heading')?.focus());
    },
    [],
  );
  const move = (by: 1 | -1): void => {
    const buttons = [...(list.current?.querySelectorAll('button') ?? [])];
    const at = buttons.findIndex((button) => button === document.activeElement);
    buttons[(at + by + buttons.length) % buttons.length]?.focus();
  };
  return (
    <div className="question">
      <h2>
        <Prose text={question.ask} />
      </h2>
      <ul
        className="options"
        ref={list}
        aria-label="Answers"
        onKeyDown={(event) => {
          const by = ({ ArrowDown: 1, ArrowUp: -1 } as const)[event.key];
          if (by === undefined) return;
          event.preventDefault();
          move(by);
        }}
      >
        {question.options.map((option, i) => (
          <li key={option}>
            <button
              type="button"
              aria-keyshortcuts={String(i + 1)}
              onClick={() => {
                refocus.current = true;
                answer(i);
              }}
            >
              <kbd className="by-key">{i + 1}</kbd>
              <span>
                <Prose text={option} />
              </span>
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}

/** How the question came out. */
export function Outcome({ tour }: { readonly tour: Tour }) {
  const out = verdict(tour);
  if (out === undefined) return null;
  return (
    <p className="outcome" data-right={out.right ? '' : undefined}>
      <b aria-hidden="true">{out.right ? '✓' : '✗'}</b> <Prose text={out.text} />
    </p>
  );
}
