import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RACES, timeRace } from '../bench/races.ts';
import type { Io } from './io.ts';

interface SpinResult {
  readonly verdict: 'safe' | 'unsafe';
  /** Milliseconds: generating and compiling the checker, and running it. */
  readonly build: number;
  readonly run: number;
}

/**
 * The races of `bench/races` by this engine's search and by spin on the same steps (the .pml files beside them), side by side. Without
 * spin or a C compiler only our own figures.
 */
export function benchRaces(root: string, now: () => number, io: Io): void {
  io.out('Races: this search, and spin 6 on the same steps (bench/races), one after the other\n');
  const warm = readFileSync(join(root, 'bench', 'races', `${RACES[0] ?? ''}.json`), 'utf8');
  timeRace(warm, now);
  for (const name of RACES) {
    const file = (ending: string): string =>
      readFileSync(join(root, 'bench', 'races', `${name}.${ending}`), 'utf8');
    const ours = timeRace(file('json'), now);
    const spin = runSpin(file('pml'), now);
    const first = ours.first === undefined ? '' : `first failure ${ours.first.toFixed(1)} ms, `;
    const line = `  ${name.padEnd(18)} ${ours.verdict.verdict}: ${first}complete ${ours.complete.toFixed(1)} ms, ${ours.verdict.executions} executions`;
    if (spin === undefined) {
      io.out(`${line}; no spin to compare with\n`);
      continue;
    }
    const agree = spin.verdict === ours.verdict.verdict ? 'agrees' : `DISAGREES: ${spin.verdict}`;
    const whole = spin.build + spin.run;
    io.out(
      `${line}; spin ${agree}, ${whole.toFixed(0)} ms with compiling (${(whole / ours.complete).toFixed(0)}×), ${spin.run.toFixed(1)} ms without (${(spin.run / ours.complete).toFixed(1)}×)\n`,
    );
  }
}

function runSpin(model: string, now: () => number): SpinResult | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'pagewalk-spin-'));
  try {
    writeFileSync(join(folder, 'model.pml'), model);
    const options = { cwd: folder, stdio: 'pipe', encoding: 'utf8' } as const;
    const t0 = now();
    execFileSync('spin', ['-a', 'model.pml'], options);
    execFileSync('cc', ['-O2', '-o', 'pan', 'pan.c'], options);
    const t1 = now();
    const said = execFileSync('./pan', ['-m100000'], options);
    const t2 = now();
    const errors = /errors: ([0-9]+)/.exec(said)?.[1];
    if (errors === undefined) return undefined;
    return { verdict: errors === '0' ? 'safe' : 'unsafe', build: t1 - t0, run: t2 - t1 };
  } catch {
    return undefined;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
