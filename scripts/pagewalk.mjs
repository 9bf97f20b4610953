// npm run --silent pagewalk -- <command>: the terminal command, bundled from src-core/cli/main.ts when that is newer.
// Standard output carries the command's answer alone; progress goes to a terminal's standard error.
import './lib/check-node.mjs';
import module from 'node:module';
import { pathToFileURL } from 'node:url';
import { bundlePath, needsBundle } from './lib/cli-key.mjs';
import { root } from './lib/project.mjs';

// The reader may have seen enough: `pagewalk run … | head`.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (/** @type {NodeJS.ErrnoException} */ error) => {
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  });
}

process.env.PAGEWALK_ROOT = root;
try {
  const bundle = bundlePath();
  if (needsBundle(bundle)) {
    const { makeBundle } = await import('./lib/cli-bundle.mjs');
    await makeBundle(bundle, (line) => {
      if (process.stderr.isTTY) console.error(line);
    });
  }
  // Only newer Node.js versions have it: the compiled code is kept beside the bundle.
  /** @type {{ enableCompileCache?: (dir: string) => void }} */ (module).enableCompileCache?.(
    `${bundle}/compiled`,
  );
  const { main } = await import(pathToFileURL(`${bundle}/main.mjs`).href);
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  console.error(error instanceof Error ? (error.stack ?? error.message) : error);
  process.exitCode = 1;
}
