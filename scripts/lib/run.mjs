import { spawn } from 'node:child_process';
import { root } from './project.mjs';

/**
 * @typedef {{ code: number, output: string, seconds: number }} Finished
 * @typedef {{ cwd?: string, env?: NodeJS.ProcessEnv, limitSeconds?: number, show?: boolean }} RunOptions
 */

/** Processes under way, ended with this one. @type {Set<import('node:child_process').ChildProcess>} */
const running = new Set();

/** @param {import('node:child_process').ChildProcess} child @param {NodeJS.Signals} signal */
function endGroup(child, signal) {
  if (child.pid === undefined) return;
  try {
    if (process.platform === 'win32') child.kill(signal);
    else process.kill(-child.pid, signal);
  } catch {
    // It is gone already.
  }
}

process.once('exit', () => {
  for (const child of running) endGroup(child, 'SIGKILL');
});
for (const [signal, code] of /** @type {const} */ ([
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
])) {
  process.once(signal, () => process.exit(code));
}

/**
 * Runs a command in a process group of its own and collects what it prints.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {RunOptions} [options]
 * @returns {Promise<Finished>}
 */
export function run(command, args, { cwd = root, env = process.env, limitSeconds = 900, show = false } = {}) {
  const started = performance.now();
  // What is collected may be shown anywhere: without colours, unless somebody insists.
  const plainEnv = env.FORCE_COLOR === undefined ? { ...env, NO_COLOR: '1' } : env;
  return new Promise((resolve) => {
    const windows = process.platform === 'win32';
    const child = spawn(command, args, {
      cwd,
      env: plainEnv,
      detached: !windows,
      shell: windows && command === 'npm',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    running.add(child);
    /** @type {Buffer[]} */
    const chunks = [];
    const limit = setTimeout(() => {
      chunks.push(Buffer.from(`\nstopped: still running after ${limitSeconds} seconds\n`));
      endGroup(child, 'SIGKILL');
    }, limitSeconds * 1000);
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (/** @type {Buffer} */ chunk) => {
        chunks.push(chunk);
        if (show) process.stderr.write(chunk);
      });
    }
    /** @param {number} code */
    const finish = (code) => {
      clearTimeout(limit);
      running.delete(child);
      resolve({
        code,
        output: Buffer.concat(chunks).toString('utf8'),
        seconds: (performance.now() - started) / 1000,
      });
    };
    child.once('error', (error) => {
      chunks.push(Buffer.from(`${command}: ${error.message}\n`));
      finish(127);
    });
    child.once('close', (code) => finish(code ?? 1));
  });
}

/**
 * Runs a Node.js program of the project.
 * @param {readonly string[]} args
 * @param {RunOptions} [options]
 */
export const runNode = (args, options) => run(process.execPath, args, options);
