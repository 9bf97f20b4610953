import type { ReactNode } from 'react';
import { useId, useLayoutEffect, useRef, useState } from 'react';
import type { Word } from '../text/words.ts';
import { WORDS } from '../text/words.ts';

/** A word with its meaning, shown on hover and on focus. */
export function Term({ word, children }: { readonly word: Word; readonly children?: ReactNode }) {
  const [open, setOpen] = useState(false);
  const id = useId();
  const term = useRef<HTMLSpanElement>(null);
  const tip = useRef<HTMLSpanElement>(null);

  useLayoutEffect(() => {
    if (!open || term.current === null || tip.current === null) return;
    const at = term.current.getBoundingClientRect();
    const box = tip.current.getBoundingClientRect();
    const left = Math.max(8, Math.min(at.left, innerWidth - box.width - 8));
    const below = at.bottom + 6 + box.height <= innerHeight;
    tip.current.style.left = `${left}px`;
    tip.current.style.top = `${below ? at.bottom + 6 : at.top - box.height - 6}px`;
  }, [open]);

  return (
    <span
      ref={term}
      className="term"
      tabIndex={0}
      role="note"
      aria-describedby={id}
      onMouseEnter={() => setOpen(true)}
      onMouseLeave={() => setOpen(false)}
      onFocus={() => setOpen(true)}
      onBlur={() => setOpen(false)}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || !open) return;
        event.preventDefault();
        setOpen(false);
      }}
    >
      {children ?? word}
      <span ref={tip} id={id} role="tooltip" className="tip" hidden={!open}>
        {WORDS[word]}
      </span>
    </span>
  );
}

/** The word of the glossary for an mm. */
export function mmWord(mm: string): Word {
  return mm === 'efi_mm' ? 'efi_mm' : mm === 'user' ? 'user' : 'init_mm';
}
