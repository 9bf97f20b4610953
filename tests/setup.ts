import { loadCalls } from '../src-core/scenario/calls-bound.ts';

// The page brings most kernel functions a moment after its first picture; tests have them all.
await loadCalls();
