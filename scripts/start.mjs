// npm start: installs and builds what is missing, serves the page on this machine and opens it.
import './lib/check-node.mjs';
import { spawn } from 'node:child_process';
import { parseArgs } from 'node:util';
import { dist, isBuilt } from './lib/build.mjs';
import { ensureInstalled } from './lib/install.mjs';
import { runNode } from './lib/run.mjs';
import { serve } from './lib/serve.mjs';

const usage = 'Usage: npm start -- [--port N] [--no-open]';
const preferredPort = 4173;
const portsToTry = 20;

/** @param {string} message @param {number} code @returns {never} */
function stop(message, code) {
  console.error(message);
  process.exit(code);
}

function readArguments() {
  try {
    const { values } = parseArgs({
      options: {
        port: { type: 'string' },
        'no-open': { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    if (values.help) {
      console.log(usage);
      process.exit(0);
    }
    const port = values.port === undefined ? undefined : Number(values.port);
    if (port !== undefined && (!Number.isInteger(port) || port < 0 || port > 65535)) {
      stop(`--port takes a number from 0 to 65535, not ${values.port}.\n${usage}`, 2);
    }
    return { port, open: !values['no-open'] };
  } catch (error) {
    return stop(`${error instanceof Error ? error.message : error}\n${usage}`, 2);
  }
}

/** @param {number | undefined} asked the port the user insists on */
async function serveOnFreePort(asked) {
  const first = asked ?? preferredPort;
  const last = asked === undefined ? first + portsToTry - 1 : first;
  for (let port = first; ; port++) {
    try {
      return await serve(dist, { port });
    } catch (error) {
      if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EADDRINUSE') throw error;
      if (asked !== undefined) {
        throw new Error(`Port ${port} is taken: choose another with --port.`, { cause: error });
      }
      if (port === last) {
        throw new Error(`Ports ${first} to ${last} are all taken: choose one with --port.`, { cause: error });
      }
    }
  }
}

/** @param {string} url */
function openBrowser(url) {
  const { platform, env } = process;
  const hasDisplay = platform === 'darwin' || platform === 'win32' || env.DISPLAY || env.WAYLAND_DISPLAY;
  if (env.CI || !hasDisplay) return;
  const [command, ...args] =
    platform === 'darwin'
      ? ['open', url]
      : platform === 'win32'
        ? ['cmd', '/c', 'start', '', url]
        : ['xdg-open', url];
  const child = spawn(/** @type {string} */ (command), args, { stdio: 'ignore', detached: true });
  // Without a browser to open, the printed address has to do.
  child.on('error', () => {});
  child.unref();
}

const { port, open } = readArguments();
try {
  await ensureInstalled({ log: console.log });
  if (!isBuilt()) {
    console.log('Building the page …');
    const { code, output } = await runNode(['scripts/build.mjs']);
    if (code !== 0) stop(`The build failed:\n${output.trim()}`, 1);
  }
  const server = await serveOnFreePort(port);
  console.log('Pagewalk is running (Ctrl+C stops it):');
  console.log(server.url);
  if (open) openBrowser(server.url);
  const end = () => {
    void server.close().then(() => process.exit(0));
  };
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
    // run.mjs ends the whole process on these; from here on the server says goodbye first.
    process.removeAllListeners(signal);
    process.once(signal, end);
  }
} catch (error) {
  stop(error instanceof Error ? error.message : String(error), 1);
}
