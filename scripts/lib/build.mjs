import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { contentKey, root } from './project.mjs';

/** What the page is made of. A change in any of these makes `dist/` out of date. */
const sources = [
  'index.html',
  'web',
  'src-core',
  'public',
  'docs/model.md',
  'package-lock.json',
  'vite.config.ts',
  'tsconfig.base.json',
  'tsconfig.json',
  'tsconfig.web.json',
  'scripts/lib/policy.mjs',
];

export const dist = join(root, 'dist');
const keyFile = '.build-key';

/** Whether `dist/` was built from the sources as they are now. */
export function isBuilt() {
  try {
    return readFileSync(join(dist, keyFile), 'utf8') === contentKey(sources);
  } catch {
    return false;
  }
}

/**
 * Builds the page beside `dist/` and then swaps the two: a build that fails leaves the old one in place, and who
 * is being served meanwhile doesn't see half of one.
 */
export async function build() {
  if (!existsSync(join(root, 'index.html'))) throw new Error('index.html is missing: nothing to build');
  const key = contentKey(sources);
  const fresh = `${dist}.new-${process.pid}`;
  const old = `${dist}.old-${process.pid}`;
  const { build: viteBuild } = await import('vite');
  try {
    await viteBuild({ root, logLevel: 'warn', build: { outDir: fresh, emptyOutDir: true } });
    writeFileSync(join(fresh, keyFile), key);
    if (existsSync(dist)) renameSync(dist, old);
    renameSync(fresh, dist);
  } finally {
    rmSync(fresh, { recursive: true, force: true });
    rmSync(old, { recursive: true, force: true });
  }
}
