// A static file server for the built page, for `npm start` and the browser tests.
import { createReadStream } from 'node:fs';
import { readFile, realpath, stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join, resolve, sep } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { headerPolicy } from './policy.mjs';

const gzipped = promisify(gzip);

/** @type {Record<string, string>} */
const types = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.jsonl': 'application/x-ndjson; charset=utf-8',
  '.webmanifest': 'application/manifest+json; charset=utf-8',
  '.svg': 'image/svg+xml; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
  '.md': 'text/markdown; charset=utf-8',
  '.wasm': 'application/wasm',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.webp': 'image/webp',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
};
/** Everything else, `.gz` among it: bytes, which the page unpacks itself (no Content-Encoding). */
const bytes = 'application/octet-stream';
const compressible = /^(text\/|image\/svg|application\/(json|x-ndjson|manifest\+json))/;
/** What Vite names by its content, `assets/index-B3xk9_aQ.js`, never changes. */
const hashedAsset = /^\/assets\/[^/]+-[\w-]{8}\.\w+$/;

/**
 * The file that a request's path names, or undefined. Never outside `dir`, never a dot file.
 * @param {string} dir
 * @param {string} pathname
 */
async function locate(dir, pathname) {
  let path;
  try {
    path = decodeURIComponent(pathname);
  } catch {
    return undefined;
  }
  if (path.includes('\0') || path.split(/[/\\]/).some((part) => part.startsWith('.'))) return undefined;
  if (path.endsWith('/')) path += 'index.html';
  try {
    const file = await realpath(resolve(join(dir, path)));
    if (!file.startsWith(dir + sep)) return undefined;
    const info = await stat(file);
    return info.isFile() ? { file, info } : undefined;
  } catch {
    return undefined;
  }
}

/** @param {string | undefined} header */
const acceptsGzip = (header) => /(^|[\s,])gzip(?!\s*;\s*q=0(\.0*)?\s*(,|$))/.test(header ?? '');

/**
 * Serves a folder. The promise fails with the listen error, such as EADDRINUSE.
 * @param {string} folder
 * @param {{ port?: number, host?: string }} [options] port 0 takes any free one
 * @returns {Promise<{ url: string, port: number, close: () => Promise<void> }>}
 */
export async function serve(folder, { port = 0, host = '127.0.0.1' } = {}) {
  const dir = await realpath(resolve(folder));

  /** @param {import('node:http').IncomingMessage} request @param {import('node:http').ServerResponse} response */
  const answer = async (request, response) => {
    response.setHeader('Content-Security-Policy', headerPolicy);
    response.setHeader('X-Content-Type-Options', 'nosniff');
    response.setHeader('Referrer-Policy', 'no-referrer');
    /** @param {number} status @param {string} text */
    const refuse = (status, text) => {
      response.writeHead(status, {
        'Content-Type': 'text/plain; charset=utf-8',
        'Cache-Control': 'no-store',
        'Content-Length': Buffer.byteLength(text),
      });
      response.end(request.method === 'HEAD' ? undefined : text);
    };
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.setHeader('Allow', 'GET, HEAD');
      return refuse(405, 'Method not allowed\n');
    }
    const pathname = (request.url ?? '/').replace(/[?#].*$/s, '');
    const found = await locate(dir, pathname);
    if (!found) return refuse(404, 'Not found\n');

    const { file, info } = found;
    const type = types[extname(file).toLowerCase()] ?? bytes;
    const tag = `"${info.size.toString(16)}-${Math.trunc(info.mtimeMs).toString(16)}"`;
    response.setHeader('Content-Type', type);
    response.setHeader('ETag', tag);
    response.setHeader(
      'Cache-Control',
      hashedAsset.test(pathname) ? 'public, max-age=31536000, immutable' : 'no-cache',
    );
    if (compressible.test(type)) response.setHeader('Vary', 'Accept-Encoding');
    if (request.headers['if-none-match'] === tag) {
      response.writeHead(304);
      response.end();
      return;
    }
    if (compressible.test(type) && info.size > 1024 && acceptsGzip(request.headers['accept-encoding'])) {
      const body = await gzipped(await readFile(file));
      response.writeHead(200, { 'Content-Encoding': 'gzip', 'Content-Length': body.length });
      response.end(request.method === 'HEAD' ? undefined : body);
      return;
    }
    response.writeHead(200, { 'Content-Length': info.size });
    if (request.method === 'HEAD') {
      response.end();
      return;
    }
    const stream = createReadStream(file);
    stream.on('error', () => response.destroy());
    response.on('close', () => stream.destroy());
    stream.pipe(response);
  };

  const server = createServer((request, response) => {
    answer(request, response).catch(() => {
      if (!response.headersSent) response.writeHead(500);
      response.end();
    });
  });
  await new Promise((done, fail) => {
    server.once('error', fail);
    server.listen(port, host, () => {
      server.removeListener('error', fail);
      done(undefined);
    });
  });
  const address = server.address();
  const bound = typeof address === 'object' && address ? address.port : port;
  return {
    url: `http://${host}:${bound}/`,
    port: bound,
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}
