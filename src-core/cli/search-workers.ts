import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { Result, Verdict } from '../index.ts';
import { formatJson, mergeVerdicts, problem } from '../index.ts';
import type { Io } from './io.ts';
import type { Given } from './open.ts';

/** Each part in a process of its own, then merged: `search --workers N` is `--shard 1/N` to `N/N` side by side. */
export async function searchInParts(
  { scenario, library }: Given,
  revision: string,
  workers: number,
  io: Io,
): Promise<Result<Verdict>> {
  const root = process.env['PAGEWALK_ROOT'];
  if (root === undefined) return problem('workers', 'this command was not started by scripts/pagewalk.mjs');
  const parts = await Promise.all(
    Array.from({ length: workers }, (_, i) =>
      part(
        join(root, 'scripts', 'pagewalk.mjs'),
        ['search', library ?? '-', '--revision', revision, '--shard', `${i + 1}/${workers}`, '--json'],
        library === undefined ? formatJson(scenario) : '',
        io.cwd,
      ),
    ),
  );
  const verdicts: Verdict[] = [];
  for (const [i, { text, said }] of parts.entries()) {
    try {
      verdicts.push(JSON.parse(text) as Verdict);
    } catch {
      return problem(`part ${i + 1}`, said.trim() === '' ? 'gave no result' : said.trim());
    }
  }
  return mergeVerdicts(verdicts);
}

function part(
  script: string,
  args: readonly string[],
  input: string,
  cwd: string,
): Promise<{ readonly text: string; readonly said: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [script, ...args], { cwd, stdio: ['pipe', 'pipe', 'pipe'] });
    let text = '';
    let said = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => (said += chunk));
    child.on('error', reject);
    child.on('close', () => {
      resolve({ text, said });
    });
    child.stdin.end(input);
  });
}
