/** Longer executions than this are given up; the work on one grows with the square of it. Steps that others could notice. */
export const MAX_STEPS = 60_000;
/** Ops of one context between two points that others could notice. */
export const MAX_LOCAL = 50_000;
/** Ops of one execution beyond which it is given up. */
export const MAX_TURNS = 1_000_000;
/** So often within an execution somebody is asked whether to go on. Steps. */
export const ASK_EVERY = 512;
