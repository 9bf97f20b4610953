// npm test: installs what is missing, then checks everything. `npm test -- --only unit,lint` narrows it.
import './lib/check-node.mjs';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { ensureBrowser, findBrowser } from './lib/browser.mjs';
import { linterFolder, phases } from './lib/checks.mjs';
import { ensureInstalled } from './lib/install.mjs';
import { cache } from './lib/project.mjs';

/**
 * @typedef {import('./lib/checks.mjs').Phase} Phase
 * @typedef {{ passed: number, failed: number, note: string }} Count
 */

const usage = `Usage: npm test [-- [--only ${phases.map(({ name }) => name).join(',')}] [test file filter …]]`;
/** How many phases run at once. */
const lanes = 2;

/** @param {string} message @returns {never} */
function refuse(message) {
  console.error(`${message}\n${usage}`);
  process.exit(2);
}

/** The chosen phases, with those that they come after, and what is handed on to vitest. */
function readArguments() {
  let parsed;
  try {
    parsed = parseArgs({
      options: { only: { type: 'string', multiple: true }, help: { type: 'boolean', short: 'h' } },
      allowPositionals: true,
    });
  } catch (error) {
    return refuse(error instanceof Error ? error.message : String(error));
  }
  if (parsed.values.help) {
    console.log(usage);
    process.exit(0);
  }
  const only = parsed.values.only?.flatMap((list) => list.split(',')).filter((name) => name !== '');
  const unknown = only?.find((name) => !phases.some((phase) => phase.name === name));
  if (unknown !== undefined) refuse(`There is no phase ${unknown}.`);
  const names = new Set(only ?? phases.map(({ name }) => name));
  for (const phase of phases) if (names.has(phase.name)) phase.after?.forEach((name) => names.add(name));
  return { chosen: phases.filter(({ name }) => names.has(name)), extra: parsed.positionals };
}

/** @param {number} seconds */
const duration = (seconds) => `${seconds.toFixed(1)} s`;

/** @param {number} n @param {string} noun */
const plural = (n, noun) => `${n} ${noun}${n === 1 ? '' : 's'}`;

/** @param {string} text */
const indent = (text) => text.trimEnd().replace(/^(?=.)/gm, '    ');

/**
 * What a vitest run counts for. A run that fails without a failing test (a file that doesn't load, an unhandled
 * rejection, no tests at all) is a failure too.
 * @param {string} report
 * @param {number} code
 * @returns {Count}
 */
function countTests(report, code) {
  /** @type {{ numPassedTests: number, numFailedTests: number, numPendingTests: number, numTodoTests: number, testResults: { status: string, assertionResults: { status: string }[] }[] } | undefined} */
  let json;
  try {
    json = JSON.parse(readFileSync(report, 'utf8'));
  } catch {
    return { passed: 0, failed: 1, note: 'vitest wrote no report' };
  }
  if (!json) return { passed: 0, failed: 1, note: 'vitest wrote no report' };
  const passed = json.numPassedTests;
  const brokenFiles = json.testResults.filter(
    ({ status, assertionResults }) =>
      status === 'failed' && !assertionResults.some((test) => test.status === 'failed'),
  ).length;
  let failed = json.numFailedTests + brokenFiles;
  const notes = [];
  if (passed + failed === 0) {
    failed = 1;
    notes.push('no tests were found');
  } else {
    notes.push(plural(passed, 'test'));
  }
  if (code !== 0 && failed === 0) {
    failed = 1;
    notes.push('vitest failed outside of a test');
  }
  const skipped = json.numPendingTests + json.numTodoTests;
  if (skipped > 0) notes.push(`${skipped} skipped`);
  return { passed, failed, note: notes.join(', ') };
}

const { chosen, extra } = readArguments();
const started = performance.now();
const total = { passed: 0, failed: 0 };

/** @param {Count} count @param {string} name @param {string} took @param {string} output */
function record(count, name, took, output) {
  total.passed += count.passed;
  total.failed += count.failed;
  const verdict = count.failed === 0 ? 'ok    ' : 'FAILED';
  console.log(`${verdict} ${name.padEnd(10)} ${took.padStart(8)}${count.note ? `  ${count.note}` : ''}`);
  if (count.failed > 0) console.log(`\n${indent(output)}\n`);
}

/** @param {Phase} phase @param {unknown} error */
function recordUnmet(phase, error) {
  const why = error instanceof Error ? error.message : String(error);
  record({ passed: 0, failed: 1, note: 'could not run' }, phase.name, '', why);
}

/** @param {Phase} phase @param {string | undefined} browser @returns {Promise<boolean>} */
async function runPhase(phase, browser) {
  if (phase.alone) console.log(`       ${phase.name} …`);
  if (phase.report) mkdirSync(cache, { recursive: true });
  const { code, output, seconds } = await phase.run({ browser, extra });
  const count = phase.report
    ? countTests(phase.report, code)
    : { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, note: '' };
  if (phase.report) rmSync(phase.report, { force: true });
  record(count, phase.name, duration(seconds), output);
  return count.failed === 0;
}

async function main() {
  const waiting = chosen.filter((phase) => {
    const why = phase.absent?.();
    if (why !== undefined) console.log(`skip   ${phase.name}: ${why}`);
    return why === undefined;
  });
  /** @param {import('./lib/checks.mjs').Need} need */
  const needed = (need) => waiting.some((phase) => phase.needs.includes(need));

  /** A need that can't be met fails the phases that have it, not the others. @type {Map<string, unknown>} */
  const unmet = new Map();
  /** @type {string | undefined} */
  let browser;
  /** @param {import('./lib/checks.mjs').Need} need @param {() => Promise<void>} meet */
  const attempt = async (need, meet) => {
    if (!needed(need)) return;
    try {
      await meet();
    } catch (error) {
      unmet.set(need, error);
    }
  };
  // The browser's package comes from elsewhere than npm's, so the two downloads go on side by side.
  await Promise.all([
    attempt('dependencies', () => ensureInstalled({ log: console.log })).then(() =>
      attempt('linter', () => ensureInstalled({ dir: linterFolder, what: 'the linter', log: console.log })),
    ),
    attempt('browser', async () => {
      browser = findBrowser() ?? (await ensureBrowser(console.log));
    }),
  ]);

  /** @type {Map<string, boolean>} */
  const done = new Map();
  /** @type {Map<string, Promise<void>>} */
  const running = new Map();
  /** @param {Phase} phase */
  const ready = (phase) =>
    (phase.after ?? []).every((name) => done.has(name)) &&
    (phase.alone ? running.size === 0 : running.size < lanes);

  while (waiting.length > 0 || running.size > 0) {
    const index = waiting.findIndex(ready);
    const [phase] = index >= 0 && !aloneIsRunning() ? waiting.splice(index, 1) : [];
    if (!phase) {
      await Promise.race(running.values());
      continue;
    }
    const blocked = phase.needs.find((need) => unmet.has(need));
    const broken = phase.after?.find((name) => done.get(name) === false);
    if (blocked !== undefined || broken !== undefined) {
      recordUnmet(phase, blocked !== undefined ? unmet.get(blocked) : `${broken} failed, see above.`);
      done.set(phase.name, false);
      continue;
    }
    running.set(
      phase.name,
      runPhase(phase, browser).then((ok) => {
        done.set(phase.name, ok);
        running.delete(phase.name);
      }),
    );
  }

  function aloneIsRunning() {
    return chosen.some((phase) => phase.alone && running.has(phase.name));
  }
}

try {
  await main();
} catch (error) {
  total.failed += 1;
  console.log(error instanceof Error ? (error.stack ?? error.message) : error);
}
console.log(`\nin ${duration((performance.now() - started) / 1000)}`);
console.log(`${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed === 0 && total.passed > 0 ? 0 : 1;
