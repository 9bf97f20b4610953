import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { ensureInstalled } from './install.mjs';
import { root } from './project.mjs';

const keepOldBundlesFor = 24 * 60 * 60 * 1000;

/** Bundles of sources that have changed since. One that is still running has loaded its files by now. @param {string} bundle */
function removeOldBundles(bundle) {
  const folder = dirname(bundle);
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if (!name.startsWith('cli-') || name === basename(bundle)) continue;
    const age = Date.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0);
    if (age > keepOldBundlesFor) rmSync(path, { recursive: true, force: true });
  }
}

/**
 * Bundles `src-core/cli/main.ts` with everything it uses into `bundle`, as `main.mjs`; a `src-core/cli/worker.ts`
 * becomes `worker.mjs` beside it. Made elsewhere and then renamed: others may be doing the same.
 * @param {string} bundle
 * @param {(line: string) => void} log
 */
export async function makeBundle(bundle, log) {
  await ensureInstalled({ log });
  log('Bundling the pagewalk command …');
  const { build } = await import('vite');
  const main = join(root, 'src-core/cli/main.ts');
  const worker = join(root, 'src-core/cli/worker.ts');
  const fresh = `${bundle}.new-${process.pid}`;
  mkdirSync(fresh, { recursive: true });
  try {
    await build({
      root,
      configFile: false,
      logLevel: 'silent',
      publicDir: false,
      ssr: { noExternal: true, target: 'node' },
      build: {
        ssr: true,
        outDir: fresh,
        emptyOutDir: false,
        target: 'node20',
        minify: false,
        rolldownOptions: {
          input: existsSync(worker) ? { main, worker } : { main },
          output: { format: 'es', entryFileNames: '[name].mjs', chunkFileNames: '[name]-[hash].mjs' },
        },
      },
    });
    try {
      renameSync(fresh, bundle);
    } catch (error) {
      // Somebody else was quicker, with the same sources.
      if (!existsSync(join(bundle, 'main.mjs'))) throw error;
    }
    removeOldBundles(bundle);
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
}
