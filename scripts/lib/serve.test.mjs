import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { serve } from './serve.mjs';

const script = `console.log(1);\n`.repeat(200);
const packed = gzipSync('tables');
/** @type {string} */
let folder;
/** @type {Awaited<ReturnType<typeof serve>>} */
let server;

/**
 * A request as it is written, since `fetch` tidies paths and unpacks bodies.
 * @param {string} path
 * @param {{ method?: string, headers?: Record<string, string> }} [options]
 * @returns {Promise<{ status: number | undefined, headers: import('node:http').IncomingHttpHeaders, body: Buffer }>}
 */
const ask = (path, { method = 'GET', headers = {} } = {}) =>
  new Promise((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', port: server.port, path, method, headers }, (response) => {
      /** @type {Buffer[]} */
      const chunks = [];
      response.on('data', (chunk) => chunks.push(chunk));
      response.on('end', () =>
        resolve({ status: response.statusCode, headers: response.headers, body: Buffer.concat(chunks) }),
      );
    });
    asked.on('error', reject);
    asked.end();
  });

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'serve-'));
  const dist = join(folder, 'dist');
  mkdirSync(join(dist, 'assets'), { recursive: true });
  mkdirSync(join(folder, 'dist-secret'));
  writeFileSync(join(folder, 'secret.txt'), 'secret');
  writeFileSync(join(folder, 'dist-secret', 'a.txt'), 'secret');
  writeFileSync(join(dist, 'index.html'), '<!doctype html>');
  writeFileSync(join(dist, '.build-key'), 'key');
  writeFileSync(join(dist, 'assets', 'index-B3xk9_aQ.js'), script);
  writeFileSync(join(dist, 'tables.bin.gz'), packed);
  writeFileSync(join(dist, 'a b.json'), '{}');
  writeFileSync(join(dist, 'm.wasm'), 'wasm');
  writeFileSync(join(dist, 'x.svg'), '<svg/>');
  symlinkSync(join(folder, 'secret.txt'), join(dist, 'link.txt'));
  server = await serve(dist);
});

afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

it('answers / with the page, and with the policy', async () => {
  const { status, headers, body } = await ask('/?x#y');
  expect(status).toBe(200);
  expect(headers['content-type']).toBe('text/html; charset=utf-8');
  expect(headers['content-security-policy']).toContain('frame-ancestors *');
  expect(headers['cache-control']).toBe('no-cache');
  expect(body.toString()).toBe('<!doctype html>');
});

it('says what things are', async () => {
  expect((await ask('/a%20b.json')).headers['content-type']).toBe('application/json; charset=utf-8');
  expect((await ask('/m.wasm')).headers['content-type']).toBe('application/wasm');
  expect((await ask('/x.svg')).headers['content-type']).toBe('image/svg+xml; charset=utf-8');
});

it('hands out packed files as they are', async () => {
  const { headers, body } = await ask('/tables.bin.gz', { headers: { 'Accept-Encoding': 'gzip' } });
  expect(headers['content-type']).toBe('application/octet-stream');
  expect(headers['content-encoding']).toBeUndefined();
  expect(body.equals(packed)).toBe(true);
});

it('packs text for who takes it, and lets hashed assets be kept', async () => {
  const path = '/assets/index-B3xk9_aQ.js';
  const packedAnswer = await ask(path, { headers: { 'Accept-Encoding': 'br, gzip' } });
  expect(packedAnswer.headers['content-encoding']).toBe('gzip');
  expect(packedAnswer.headers['cache-control']).toContain('immutable');
  expect(gunzipSync(packedAnswer.body).toString()).toBe(script);
  for (const accepted of ['identity', 'gzip;q=0, br']) {
    const plain = await ask(path, { headers: { 'Accept-Encoding': accepted } });
    expect(plain.headers['content-encoding']).toBeUndefined();
    expect(plain.body.toString()).toBe(script);
  }
});

it('answers HEAD without a body, and 304 to who has it', async () => {
  const head = await ask('/assets/index-B3xk9_aQ.js', { method: 'HEAD' });
  expect([head.status, head.headers['content-length'], head.body.length]).toEqual([
    200,
    String(script.length),
    0,
  ]);
  const again = await ask('/', { headers: { 'If-None-Match': String((await ask('/')).headers.etag) } });
  expect([again.status, again.body.length]).toEqual([304, 0]);
});

it('never leaves its folder', async () => {
  const paths = [
    '/../secret.txt',
    '/%2e%2e/secret.txt',
    '/..%2fsecret.txt',
    '/assets/..%5c..%5csecret.txt',
    '/../dist-secret/a.txt',
    '//etc/passwd',
    '/link.txt',
    '/.build-key',
    '/%00',
    '/%zz',
    '/assets',
    '/assets/',
    '/none.js',
  ];
  for (const path of paths) {
    const { status, body } = await ask(path);
    expect([path, status, body.toString()]).toEqual([path, 404, 'Not found\n']);
  }
});

it('refuses other methods', async () => {
  expect((await ask('/', { method: 'POST' })).status).toBe(405);
});

it('fails where the port is taken', async () => {
  await expect(serve(folder, { port: server.port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
});
