import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

/** The lines of a golden file in tests/data/golden. */
export function readGolden<T>(name: string): T[] {
  const text = gunzipSync(readFileSync(new URL(`../data/golden/${name}`, import.meta.url))).toString('utf8');
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as T);
}
