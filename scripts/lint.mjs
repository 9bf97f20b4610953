// npm run lint [-- --fix | files …]: ESLint, from its own folder, with the project's folder as the base.
import './lib/check-node.mjs';
import { lint, linterFolder } from './lib/checks.mjs';
import { ensureInstalled } from './lib/install.mjs';

await ensureInstalled({ log: console.error });
await ensureInstalled({ dir: linterFolder, what: 'the linter', log: console.error });
const args = process.argv.slice(2);
const onlyFlags = args.length > 0 && args.every((arg) => arg.startsWith('-'));
const { code, output } = await lint(onlyFlags ? [...args, '.'] : args);
process.stdout.write(output);
process.exitCode = code;
