/** What is told of constructors, page-table locks and accounting. It comes when a run is opened that makes or frees tables. */
import '../styles/books.css';

export { bookCounters } from './counters.ts';
export { badgeLetters, badgeWords, knownOf } from './known.ts';
export { CtorBar } from './CtorBar.tsx';
export { LedgerCard } from './LedgerCard.tsx';
export { TableFacts } from './TableFacts.tsx';
