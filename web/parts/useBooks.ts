import { useEffect, useState } from 'react';
import type { Run } from '../engine.ts';
import { runIndex } from '../derive/runIndex.ts';
import { later } from '../later.ts';

type Books = Awaited<ReturnType<typeof later.books>>;

let loaded: Books | undefined;

/** What is told of constructors, locks and counts: undefined for a run that makes and frees no table, and until it has come. */
export function useBooks(run: Run): Books | undefined {
  const wanted = runIndex(run).books;
  const [books, setBooks] = useState(loaded);
  useEffect(() => {
    if (!wanted || books !== undefined) return undefined;
    let here = true;
    later.books().then(
      (made) => {
        loaded = made;
        if (here) setBooks(made);
      },
      // Without it the screen says what it says without books.
      () => undefined,
    );
    return () => {
      here = false;
    };
  }, [wanted, books]);
  return wanted ? books : undefined;
}
