// npm run build: the page, into dist/.
import './lib/check-node.mjs';
import { ensureInstalled } from './lib/install.mjs';
import { build, isBuilt } from './lib/build.mjs';

const onlyIfNeeded = process.argv.includes('--if-needed');

try {
  await ensureInstalled({ log: console.log });
  if (onlyIfNeeded && isBuilt()) {
    console.log('dist/ is up to date.');
  } else {
    const started = performance.now();
    await build();
    console.log(`Built dist/ in ${((performance.now() - started) / 1000).toFixed(1)} s.`);
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
