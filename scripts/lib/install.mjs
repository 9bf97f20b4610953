import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { root } from './project.mjs';
import { run } from './run.mjs';

/**
 * @typedef {{ version?: string, integrity?: string, optional?: boolean, link?: boolean }} LockedPackage
 * @typedef {{ packages?: Record<string, LockedPackage> }} Lock
 */

/** @param {string} file @returns {Lock | undefined} */
function readLock(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

/**
 * Whether `node_modules` holds what the lock file asks for. npm's own record of what it installed is compared
 * with the lock file by content, since a checkout changes the files' times for no reason.
 * @param {string} dir
 */
export function isInstalled(dir) {
  const wanted = readLock(join(dir, 'package-lock.json'))?.packages;
  const present = readLock(join(dir, 'node_modules', '.package-lock.json'))?.packages;
  if (!wanted || !present) return false;
  return Object.entries(wanted).every(([path, locked]) => {
    if (path === '') return true;
    const found = present[path];
    // An optional package may be for another platform.
    if (!found) return locked.optional === true;
    return found.version === locked.version && found.integrity === locked.integrity;
  });
}

/** @param {number} pid */
function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'EPERM';
  }
}

/** @param {string} file */
function readPid(file) {
  try {
    return Number(readFileSync(file, 'utf8')) || undefined;
  } catch {
    return undefined;
  }
}

/**
 * Only one process installs at a time; the others wait and then find everything there. A lock left behind by a
 * process that is gone is taken over.
 * @template T
 * @param {string} dir
 * @param {() => Promise<T>} action
 * @returns {Promise<T>}
 */
async function alone(dir, action) {
  const lock = join(dir, '.install-lock');
  const owner = join(lock, 'pid');
  for (let unsigned = 0; ;) {
    try {
      mkdirSync(lock);
      break;
    } catch (error) {
      if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EEXIST') throw error;
    }
    await sleep(200);
    const pid = readPid(owner);
    // Between making the lock and signing it lies a moment, not a second.
    unsigned = pid === undefined ? unsigned + 1 : 0;
    if (unsigned > 5 || (pid !== undefined && !isAlive(pid))) rmSync(lock, { recursive: true, force: true });
  }
  writeFileSync(owner, String(process.pid));
  const release = () => rmSync(lock, { recursive: true, force: true });
  process.once('exit', release);
  try {
    return await action();
  } finally {
    process.removeListener('exit', release);
    release();
  }
}

/**
 * Installs a folder's dependencies as its lock file says, unless they are there. Throws with npm's words.
 * @param {{ dir?: string, what?: string, log?: (line: string) => void }} [options]
 */
export async function ensureInstalled({ dir = root, what = 'the dependencies', log = () => {} } = {}) {
  if (isInstalled(dir)) return;
  await alone(dir, async () => {
    if (isInstalled(dir)) return;
    log(`Installing ${what} (npm ci) …`);
    const { code, output } = await run('npm', ['ci', '--no-audit', '--no-fund'], { cwd: dir });
    if (code !== 0) throw new Error(`npm ci failed in ${dir}:\n${output.trim()}`);
  });
}
