// npm run size: the gzipped bytes that the built page loads at first: the scripts of the first view, styles, the page itself.
import './lib/check-node.mjs';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build, dist, isBuilt } from './lib/build.mjs';
import { ensureInstalled } from './lib/install.mjs';

await ensureInstalled({ log: console.error });
if (!isBuilt()) await build();

/** @param {string} file */
const gzippedSize = (file) => gzipSync(readFileSync(join(dist, file)), { level: 9 }).length;

const html = readFileSync(join(dist, 'index.html'), 'utf8');
/** What the page's own tags ask for; scripts loaded later by a click are not in it. @param {RegExp} tag */
const asked = (tag) => [
  ...new Set(
    [...html.matchAll(tag)].flatMap(([text]) => /(?:src|href)="(?:\.\/)?([^":]+)"/.exec(text)?.[1] ?? []),
  ),
];
const scripts = asked(/<script\b[^>]*>|<link\b[^>]*rel="modulepreload"[^>]*>/g);
const styles = asked(/<link\b[^>]*rel="stylesheet"[^>]*>/g);

/** @param {string} what @param {readonly string[]} files */
const report = (what, files) => {
  const bytes = files.reduce((sum, file) => sum + gzippedSize(file), 0);
  console.log(`${what.padEnd(5)} ${String(bytes).padStart(8)} bytes gzipped  ${files.join(' ')}`);
};
// The workbench is a chunk of its own that the first script asks for at once: a person waits for it too, and for all it imports.
const workbench = readdirSync(join(dist, 'assets'))
  .filter((name) => /^Workbench-.*\.js$/.test(name))
  .map((name) => `assets/${name}`);
/** What is loaded with a script, itself included. @param {readonly string[]} files */
const withImports = (files) => {
  const all = new Set(files);
  for (const file of all) {
    const code = readFileSync(join(dist, file), 'utf8');
    for (const [, name] of code.matchAll(/(?:from|import)\s*["']\.\/([^"']+\.js)["']/g))
      all.add(`assets/${name}`);
  }
  return [...all];
};
report('JS', withImports([...scripts, ...workbench]));
report('CSS', styles);
report('HTML', ['index.html']);
