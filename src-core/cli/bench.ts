import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { timeSeeks } from '../bench/seek.ts';
import { timeWalks } from '../bench/walk.ts';
import type { ChangeCost } from '../bench/change-cost.ts';
import { changeCosts } from '../bench/change-cost.ts';
import { benchRaces } from './bench-spin.ts';
import type { Io } from './io.ts';

/** Nanoseconds a PTE of the C walk: [without events, with a 16-byte event a PTE]; undefined where there is no C compiler. */
function timeNative(root: string): readonly [number, number] | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'pagewalk-bench-'));
  try {
    const binary = join(folder, 'walk');
    execFileSync('cc', ['-O2', '-o', binary, join(root, 'bench', 'walk.c')], { stdio: 'ignore' });
    const [plain = NaN, events = NaN] = execFileSync(binary, { encoding: 'utf8' })
      .trim()
      .split('\n')
      .map(Number);
    return [plain, events];
  } catch {
    return undefined;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** `bench`: figures measured side by side in this run. They are reported, never asserted. */
export function benchCommand(args: string[], io: Io): Promise<number> {
  if (args.length > 0) {
    io.err(`bench: takes no arguments, got ${args.join(' ')}\n`);
    return Promise.resolve(2);
  }
  const now = (): number => performance.now();
  const native = timeNative(process.env['PAGEWALK_ROOT'] ?? process.cwd());
  const walk = timeWalks(now, 41);
  const again = timeNative(process.env['PAGEWALK_ROOT'] ?? process.cwd());
  const seek = timeSeeks(now);
  const ratio = (ours: number, i: 0 | 1): string => {
    if (native === undefined || again === undefined) return 'no C compiler to compare with';
    const theirs = (native[i] + again[i]) / 2;
    return `${(ours / theirs).toFixed(1)}× of ${theirs.toFixed(2)} ns in C`;
  };
  io.out('Walk of 262,144 PTEs (1 GiB of 4 KiB pages), lockless, v7.3, median of 41 rounds after warm-up\n');
  io.out(`  not recording               ${walk.plain.toFixed(2)} ns/PTE   ${ratio(walk.plain, 0)}\n`);
  io.out(
    `  whole trace, runs folded    ${walk.recordedFolded.toFixed(2)} ns/PTE   ${ratio(walk.recordedFolded, 1)}   ${walk.foldedSteps} steps\n`,
  );
  io.out(
    `  whole trace, single steps   ${walk.recordedSingle.toFixed(0)} ns/PTE   ${ratio(walk.recordedSingle, 1)}   ${walk.singleSteps} steps\n`,
  );
  io.out(
    'Cursor in a run of 100,000 stores over 512 tables, then reading the tables on the way to one page\n',
  );
  io.out(
    `  one step back               ${seek.stepBack.toFixed(2)} µs   structuredClone / this = ${(seek.structuredClone / seek.stepBack).toFixed(0)}\n`,
  );
  io.out(
    `  seek anywhere               ${seek.seek.toFixed(2)} µs   structuredClone / this = ${(seek.structuredClone / seek.seek).toFixed(0)}\n`,
  );
  io.out(
    `  the same, reading all       ${seek.seekAll.toFixed(0)} µs   structuredClone / this = ${(seek.structuredClone / seek.seekAll).toFixed(1)}\n`,
  );
  io.out(`  structuredClone of state    ${seek.structuredClone.toFixed(0)} µs\n`);
  benchRaces(process.env['PAGEWALK_ROOT'] ?? process.cwd(), now, io);
  io.out(costTable());
  return Promise.resolve(0);
}

/** Counted, not timed: the same in every run. */
function costTable(): string {
  const row = (c: ChangeCost): string =>
    [
      `  ${c.mapped}, made ${c.valid ? 'valid' : 'invalid'}`.padEnd(26),
      (c.batched ? 'lazy MMU mode' : 'without it').padEnd(15),
      c.stores.toLocaleString('en').padStart(9),
      c.barriers.toLocaleString('en').padStart(12),
      String(c.tlbis[0]).padStart(10),
      String(c.tlbis[1]).padStart(11),
    ].join('');
  return [
    'set_direct_map_valid_noflush() of 1 GiB, v7.3: stores, DSB+ISB pairs, and TLBIs with FEAT_TLBIRANGE and without',
    ...changeCosts().map(row),
    '',
  ].join('\n');
}
