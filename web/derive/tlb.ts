import type { Run } from '../engine.ts';

const concerned = new WeakMap<Run, boolean>();

/** Does the run do anything that TLBs could notice? */
export function concernsTlbs(run: Run): boolean {
  let answer = concerned.get(run);
  if (answer === undefined) {
    answer = run.steps.some((s) => s.ev === 'set' || s.ev === 'tlbi' || s.ev === 'access');
    concerned.set(run, answer);
  }
  return answer;
}
