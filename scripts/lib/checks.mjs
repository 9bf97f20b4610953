// The phases of `npm test`: what each runs and what it needs first.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { isBuilt } from './build.mjs';
import { cache, root } from './project.mjs';
import { runNode } from './run.mjs';

/**
 * @typedef {import('./run.mjs').Finished} Finished
 * @typedef {'dependencies' | 'linter' | 'browser'} Need
 * @typedef {{
 *   name: string,
 *   needs: readonly Need[],
 *   after?: readonly string[],
 *   alone?: boolean,
 *   report?: string,
 *   absent?: () => string | undefined,
 *   run: (context: { browser: string | undefined, extra: readonly string[] }) => Promise<Finished>,
 * }} Phase
 */

/** TypeScript's projects, the engine's first. */
export const tsProjects = [
  'tsconfig.engine.json',
  'tsconfig.cli.json',
  'tsconfig.web.json',
  'tsconfig.node.json',
];

/** @param {readonly (() => Promise<Finished>)[]} steps all of them run, whatever the others say */
async function inTurn(steps) {
  /** @type {Finished} */
  const total = { code: 0, output: '', seconds: 0 };
  for (const step of steps) {
    const one = await step();
    total.code ||= one.code;
    total.output += one.output;
    total.seconds += one.seconds;
  }
  return total;
}

export const typecheck = () =>
  inTurn(
    tsProjects.map(
      (project) => () => runNode(['node_modules/typescript/bin/tsc', '-p', project, '--pretty', 'false']),
    ),
  );

export const linterFolder = join(root, 'tools', 'lint');

/** @param {readonly string[]} args */
export const lint = (args) =>
  runNode([
    'tools/lint/node_modules/eslint/bin/eslint.js',
    '--config',
    'tools/lint/eslint.config.js',
    '--no-error-on-unmatched-pattern',
    // Only files that changed are looked at again. What changes elsewhere in types shows in a fresh checkout, where nothing is kept.
    '--cache',
    '--cache-strategy=content',
    '--cache-location=.eslintcache',
    ...(args.length > 0 ? args : ['--max-warnings=0', '.']),
  ]);

/**
 * @param {string} project a project of vitest.config.ts
 * @param {string} report where the counts go
 * @param {NodeJS.ProcessEnv} env
 * @param {readonly string[]} extra
 */
const vitest = (project, report, env, extra) =>
  runNode(
    [
      'node_modules/vitest/vitest.mjs',
      'run',
      `--project=${project}`,
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${report}`,
      ...extra,
    ],
    { env: { ...process.env, CI: process.env.CI ?? '1', ...env } },
  );

/** @param {string} name */
const reportFile = (name) => join(cache, `${name}-${process.pid}.json`);

/** @type {readonly Phase[]} */
export const phases = [
  { name: 'typecheck', needs: ['dependencies'], run: typecheck },
  { name: 'layers', needs: ['dependencies'], run: () => runNode(['tools/layers/check.mjs']) },
  {
    name: 'format',
    needs: ['dependencies'],
    run: () => runNode(['node_modules/prettier/bin/prettier.cjs', '--check', '--log-level=warn', '.']),
  },
  { name: 'lint', needs: ['dependencies', 'linter'], run: () => lint([]) },
  {
    name: 'build',
    needs: ['dependencies'],
    run: async () =>
      isBuilt()
        ? { code: 0, output: 'dist/ is up to date.\n', seconds: 0 }
        : runNode(['scripts/build.mjs', '--if-needed']),
  },
  {
    name: 'unit',
    needs: ['dependencies'],
    alone: true,
    report: reportFile('unit'),
    run: ({ extra }) => vitest('unit', reportFile('unit'), {}, extra),
  },
  {
    name: 'e2e',
    needs: ['dependencies', 'browser'],
    after: ['build'],
    alone: true,
    report: reportFile('e2e'),
    absent: () => (existsSync(join(root, 'tests', 'e2e')) ? undefined : 'there is no tests/e2e yet'),
    run: ({ browser, extra }) =>
      vitest('e2e', reportFile('e2e'), browser ? { PAGEWALK_BROWSER: browser } : {}, extra),
  },
];
