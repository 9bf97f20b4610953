// npm run typecheck: the four TypeScript projects.
import './lib/check-node.mjs';
import { typecheck } from './lib/checks.mjs';
import { ensureInstalled } from './lib/install.mjs';

await ensureInstalled({ log: console.error });
const { code, output } = await typecheck();
process.stdout.write(output);
process.exitCode = code;
