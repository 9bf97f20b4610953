import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The project's own folder, whatever the working directory is. */
export const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/[/\\]$/, '');

/** Where the scripts keep what can be made again. */
export const cache = join(root, 'node_modules', '.cache', 'pagewalk');

const isTest = /\.test\.tsx?$/;

/**
 * The files below the given paths (relative to the project), sorted, tests left out. A missing path has none.
 * @param {readonly string[]} paths
 * @returns {string[]}
 */
export function sourceFiles(paths) {
  /** @type {string[]} */
  const files = [];
  /** @param {string} path */
  const visit = (path) => {
    const stat = statSync(join(root, path), { throwIfNoEntry: false });
    if (stat?.isDirectory()) {
      for (const name of readdirSync(join(root, path)).sort()) visit(`${path}/${name}`);
    } else if (stat && !isTest.test(path)) {
      files.push(path);
    }
  };
  paths.forEach(visit);
  return files;
}

/**
 * A key that changes when a file is added, removed or touched. Cheap: it reads no contents.
 * @param {readonly string[]} paths
 */
export function touchKey(paths) {
  const hash = createHash('sha256');
  for (const path of sourceFiles(paths)) {
    const { mtimeMs, size } = statSync(join(root, path));
    hash.update(`${path}\0${mtimeMs}\0${size}\n`);
  }
  return hash.digest('hex').slice(0, 20);
}

/**
 * A key that changes when the contents change.
 * @param {readonly string[]} paths
 */
export function contentKey(paths) {
  const hash = createHash('sha256');
  for (const path of sourceFiles(paths)) {
    hash
      .update(`${path}\0`)
      .update(readFileSync(join(root, path)))
      .update('\0');
  }
  return hash.digest('hex').slice(0, 20);
}
