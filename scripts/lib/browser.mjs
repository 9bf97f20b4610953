// Finds a Chromium for the browser tests, installs one where that is possible, and knows how to start it.
import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { run } from './run.mjs';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];
const places = [
  ...names.map((name) => `/usr/bin/${name}`),
  '/snap/bin/chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

export const howToGetOne =
  'No Chromium or Chrome was found: install one (Debian and Ubuntu: the package "chromium") or set CHROME_PATH to its executable.';

/** @param {string} file */
function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** @param {string} command */
const onPath = (command) =>
  (process.env.PATH ?? '')
    .split(delimiter)
    .filter((dir) => dir !== '')
    .map((dir) => join(dir, command))
    .find(isExecutable);

/** The browser's executable, or undefined. CHROME_PATH, when set, is the only place looked at. */
export function findBrowser() {
  const chosen = process.env.CHROME_PATH;
  if (chosen) return isExecutable(chosen) ? chosen : undefined;
  for (const name of names) {
    const found = onPath(name);
    if (found) return found;
  }
  return places.find(isExecutable);
}

/**
 * The browser's executable; installed from the distribution's packages first if need be and if we may.
 * Throws with one sentence on what to do.
 * @param {(line: string) => void} [log]
 */
export async function ensureBrowser(log = () => {}) {
  const found = findBrowser();
  if (found) return found;
  if (process.env.CHROME_PATH) {
    throw new Error(`CHROME_PATH names ${process.env.CHROME_PATH}, which can't be executed.`);
  }
  const apt = onPath('apt-get');
  if (!apt) throw new Error(howToGetOne);
  /** @type {string[]} */
  let prefix = [];
  if (process.getuid?.() !== 0) {
    const sudo = onPath('sudo');
    if (!sudo || (await run(sudo, ['-n', 'true'])).code !== 0) throw new Error(howToGetOne);
    prefix = [sudo, '-n'];
  }
  log('Installing a browser for the browser tests (apt-get install chromium) …');
  const env = ['env', 'DEBIAN_FRONTEND=noninteractive'];
  const packages = ['chromium', 'fonts-dejavu-core'];
  const patience = ['-q', '-o', 'Acquire::Retries=3', '-o', 'DPkg::Lock::Timeout=120'];
  for (const args of [
    ['update', ...patience],
    ['install', ...patience, '-y', '--no-install-recommends', ...packages],
  ]) {
    const [command = apt, ...rest] = [...prefix, ...env, apt, ...args];
    const { code, output } = await run(command, rest);
    // An update that failed for one source of several may still have brought what is needed.
    if (code !== 0 && args[0] === 'install') {
      throw new Error(`${howToGetOne}\napt-get ${args.join(' ')} failed:\n${output.trim()}`);
    }
  }
  const installed = findBrowser();
  if (!installed) throw new Error(howToGetOne);
  return installed;
}

/**
 * What the browser tests give to playwright-core's `chromium.launch`. The flags keep the browser from looking
 * anything up on the network by itself.
 */
export function launchOptions() {
  const executablePath = process.env.PAGEWALK_BROWSER ?? findBrowser();
  if (!executablePath || !existsSync(executablePath)) throw new Error(howToGetOne);
  const args = [
    '--disable-gpu',
    '--disable-quic',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--no-first-run',
  ];
  // Chromium's sandbox can't run as root, as in most containers.
  if (process.getuid?.() === 0 || process.env.CI) args.push('--no-sandbox', '--disable-dev-shm-usage');
  return { executablePath, headless: true, args };
}
