import { it } from 'vitest';
import { writeFileSync, appendFileSync } from 'node:fs';
import * as R from './scenario/library/kernel-races.ts';
import * as H from './scenario/library/hot-remove.ts';
import { worldFromListing } from './scenario/listing-world.ts';
import { prepareScenario } from './scenario/prepare.ts';
import { checkShape } from './scenario/schema.ts';
import { searchEverything } from './claims/search.ts';
const out = '/tmp/kernmut/try.out';
const say = (...x: unknown[]) => appendFileSync(out, x.map(String).join(' ') + '\n');
it('x', { timeout: 400000 }, () => {
  writeFileSync(out, '');
  const only = process.env['ONLY'] ?? '.';
  for (const e of [...Object.values(R), ...Object.values(H)]) {
    if (!new RegExp(only).test(e.id)) continue;
    const shape = checkShape(e.scenario);
    if (!shape.ok) { say(e.id, JSON.stringify(shape.error)); continue; }
    const w = worldFromListing(e.scenario.memory as never);
    if (!w.ok) { say(e.id, JSON.stringify(w.error)); continue; }
    const p = prepareScenario(e.scenario, w.value, process.env['REV'] ? { revision: process.env['REV'] } : {});
    if (!p.ok) { say(e.id, JSON.stringify(p.error)); continue; }
    const t = Date.now();
    try {
      const f = searchEverything(p.value, () => Date.now() - t < Number(process.env['MS'] ?? 10000));
      say(e.id, e.scenario.revision, e.scenario.expect, JSON.stringify(f.stats), JSON.stringify([...f.violations]), JSON.stringify([...f.returned]), Date.now() - t, 'ms');
    } catch (x) { say(e.id, String((x as Error).stack)); }
  }
});
