import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cache, root, touchKey } from './project.mjs';

/**
 * The folder of the terminal command's bundle for the sources as they are now. Its name changes with them, so
 * that runs of different versions never mix, however many start at once.
 */
export function bundlePath() {
  const lock = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
  return join(
    cache,
    `cli-${touchKey(['src-core', 'public', 'scripts/lib/cli-bundle.mjs'])}-${lock.slice(0, 8)}`,
  );
}

/** @param {string} bundle */
export const needsBundle = (bundle) => !existsSync(join(bundle, 'main.mjs'));
