import { describe, expect, it } from 'vitest';
import { worldFromListing } from '../scenario/listing-world.ts';
import type { Prepared } from '../scenario/prepare.ts';
import { prepareScenario } from '../scenario/prepare.ts';
import { runScenario } from '../scenario/run-scenario.ts';
import type { Scenario, ScenarioContext } from '../scenario/schema.ts';
import { mergeVerdicts } from './merge.ts';
import { searchScenario } from './search.ts';
import type { Verdict } from './verdict.ts';
import { verdictDetails, verdictLine } from './words.ts';

const VA = '0xffffffc040000000';

function prepared(contexts: ScenarioContext[], config?: Scenario['config']): Prepared {
  const memory: Scenario['memory'] = {
    geometry: '4k39',
    roots: [{ mm: 'init_mm', pgd: '0x1000000000' }],
    tables: [
      ['init_mm', 1, VA, 1, '0x1000001000001403', '0x0'],
      ['init_mm', 2, VA, 1, '0x1000001000002403', '0x0'],
      ['init_mm', 3, VA, 2, '0xe8000080000703', '0x1000'],
    ],
  };
  const world = worldFromListing(memory);
  if (!world.ok) throw new Error(world.error.message);
  const scenario: Scenario = {
    format: 'pagewalk/scenario',
    version: 1,
    title: 'A test',
    revision: 'v7.3',
    memory,
    contexts,
    ...(config === undefined ? {} : { config }),
  };
  const made = prepareScenario(scenario, world.value);
  if (!made.ok) throw new Error(`${made.error.path}: ${made.error.message}`);
  return made.value;
}

const WALK: ScenarioContext = {
  cpu: 0,
  calls: [
    {
      fn: 'walk_kernel_page_table_range',
      start: VA,
      end: '0xffffffc040002000',
      ops: { callbacks: ['pmd', 'pte'] },
      locks: [{ name: 'mmap:init_mm', mode: 'write' }],
    },
  ],
};
const promote = (trylock: boolean): ScenarioContext => ({
  cpu: 1,
  calls: [{ fn: 'vmap_try_huge_pmd', addr: VA, phys: '0x90000000', prot: '0xe8000000000703', trylock }],
});
const twoFlips: ScenarioContext[] = [0, 1].map((cpu) => ({
  cpu,
  calls: [
    { fn: 'update_range_prot', start: VA, size: '0x1000', set: cpu === 0 ? '0x80' : '0x40', clear: '0x0' },
  ],
}));

describe('searchScenario', () => {
  it('finds the use of a freed table in two switches, and proves the fix', () => {
    const broken = searchScenario(prepared([WALK, promote(false)]), { states: true });
    expect(broken).toMatchObject({ verdict: 'unsafe', complete: true, traces: 16, executions: 16 });
    expect(broken.findings.map((f) => [f.what, f.switches, f.traces])).toEqual([
      ['uaf', 2, 2],
      ['wild', 2, 5],
    ]);
    expect(broken.states).toBeGreaterThan(50);
    const fixed = searchScenario(prepared([WALK, promote(true)]));
    expect(fixed).toMatchObject({ verdict: 'safe', complete: true, findings: [] });
    expect(fixed.traces).toBe(3);
    expect(verdictLine(fixed)).toBe(
      'safe: no violation in any interleaving, sequentially consistent between CPUs',
    );
  });

  it('has a witness that goes wrong where it says when it is run', () => {
    const scenario = prepared([WALK, promote(false)]);
    const { witness } = searchScenario(scenario);
    if (witness === undefined) throw new Error('no witness');
    const run = runScenario(scenario.scenario, scenario.world, { schedule: witness.schedule });
    if (!run.ok) throw new Error(run.error.message);
    expect(run.value.steps.length).toBe(witness.steps);
    expect(run.value.steps[witness.step - 1]).toMatchObject({ ev: 'violation', what: 'uaf', ctx: 0 });
    const runs = run.value.steps.map((s) => s.ctx).filter((c, i, all) => c !== all[i - 1]);
    expect(runs.length - 1).toBe(witness.switches);
  });

  it('says how far it looked when it is bounded, cut short or told to stop at the first', () => {
    const scenario = prepared([WALK, promote(false)]);
    const bounded = searchScenario(scenario, { maxSwitches: 1 });
    expect(bounded).toMatchObject({ verdict: 'safe', mode: 'bounded', complete: true, maxSwitches: 1 });
    expect(searchScenario(scenario, { maxSwitches: 2 }).verdict).toBe('unsafe');
    let asked = 0;
    const cut = searchScenario(prepared([WALK, promote(true)]), {
      onProgress: () => (++asked > 2 ? 'at once' : undefined),
    });
    expect(cut).toMatchObject({ verdict: 'unknown', complete: false, stopped: 'at once' });
    expect(verdictDetails(cut).join('\n')).toContain('not complete (at once)');
    // What was found by then is told with a witness that runs, on the way and at the end.
    const early: unknown[] = [];
    const stopped = searchScenario(scenario, {
      onProgress: (progress, findings) => {
        if (progress.findings === 0) return undefined;
        early.push(...findings());
        return 'with something found';
      },
    });
    expect(stopped).toMatchObject({ verdict: 'unsafe', complete: false, stopped: 'with something found' });
    expect(stopped.findings).toEqual(early);
    expect(stopped.findings[0]).toMatchObject({ what: 'uaf', schedule: stopped.witness?.schedule });
    const first = searchScenario(scenario, { firstOnly: true });
    expect(first).toMatchObject({ verdict: 'unsafe', complete: false });
    expect(first.executions).toBeLessThan(searchScenario(scenario).executions);
  });

  it('lets nobody in between where a context stops the machine', () => {
    const repaint: ScenarioContext = {
      cpu: 1,
      calls: [
        { fn: 'linear_map_maybe_split_to_ptes', start: '0xffffff8000000000', end: '0xffffffbfc0000000' },
      ],
    };
    const config = { linearReq: true, bbml3: false };
    const verdict = searchScenario(prepared([WALK, repaint], config));
    expect(verdict).toMatchObject({ verdict: 'unsafe', complete: true });
    expect(verdict.executions).toBe(verdict.traces);
    // An empty range is a BUG inside, after which nothing runs any more.
    expect(verdict.findings.map((f) => f.text)).toEqual([
      'a BUG fires in linear_map_split_to_ptes() of b',
      "a can't go on: b has stopped the machine",
    ]);
  });

  it('finds what one context does wrong all by itself, as beside an idle one', () => {
    const softirq: ScenarioContext = {
      cpu: 0,
      kind: 'softirq',
      calls: [
        {
          fn: 'walk_kernel_page_table_range',
          start: VA,
          end: '0xffffffc040002000',
          ops: { callbacks: ['pte'] },
          locks: [{ name: 'mmap:init_mm', mode: 'read' }],
        },
      ],
    };
    const idle: ScenarioContext = { cpu: 1, calls: [{ fn: 'kernel_page_present', pfn: '0x1' }] };
    const alone = searchScenario(prepared([softirq]));
    expect(alone).toMatchObject({ verdict: 'unsafe', complete: true, executions: 1 });
    expect(alone.findings.map((f) => f.text)).toEqual(['a does what may sleep, where nothing may']);
    expect(searchScenario(prepared([softirq, idle])).findings.map((f) => f.text)).toEqual(
      alone.findings.map((f) => f.text),
    );
  });

  it('finds a lost update', () => {
    const verdict = searchScenario(prepared(twoFlips, { linearReq: false }));
    expect(verdict.findings.map((f) => [f.what, f.ctx, f.switches])).toEqual([
      ['stale', 0, 2],
      ['stale', 1, 2],
    ]);
  });

  it('finds a deadlock of a nested reader behind a queued writer, only where writers queue', () => {
    const lock = { name: 'mmap:init_mm', mode: 'read' } as const;
    const nested: ScenarioContext = {
      cpu: 0,
      calls: [
        {
          fn: 'walk_kernel_page_table_range_lockless',
          start: VA,
          end: '0xffffffc040001000',
          ops: { callbacks: ['pte'] },
          locks: [lock, lock],
        },
      ],
    };
    const writer: ScenarioContext = { ...WALK, cpu: 1 };
    expect(searchScenario(prepared([nested, writer])).verdict).toBe('safe');
    const queued = searchScenario(prepared([nested, writer], { queuedWriters: true }));
    expect(queued.findings.map((f) => [f.what, f.switches])).toEqual([['deadlock', 1]]);
    expect(queued.witness?.text).toContain('waits for mmap:init_mm');
  });
});

describe('parts of a search', () => {
  const whole = (contexts: ScenarioContext[], config?: Scenario['config']): [Prepared, Verdict] => {
    const scenario = prepared(contexts, config);
    return [scenario, searchScenario(scenario, { classes: true })];
  };

  it.each([
    ['broken', [WALK, promote(false)], undefined],
    ['fixed', [WALK, promote(true)], undefined],
    ['flips', twoFlips, { linearReq: false }],
  ] as const)('1/4 … 4/4 joined are the whole: %s', (_name, contexts, config) => {
    const [scenario, all] = whole([...contexts], config);
    const parts = [1, 2, 3, 4].map((k) => searchScenario(scenario, { shard: [k, 4] }));
    const merged = mergeVerdicts(parts);
    if (!merged.ok) throw new Error(merged.error.message);
    expect(merged.value).toMatchObject({
      verdict: all.verdict,
      complete: true,
      traces: all.traces,
      outcomes: all.outcomes,
      classes: all.classes,
    });
    expect(merged.value.findings).toEqual(all.findings);
    // Through files: what is merged is plain data.
    expect(mergeVerdicts(JSON.parse(JSON.stringify(parts)) as Verdict[])).toEqual(merged);
  });

  it('is incomplete while a part is missing, and refuses what does not belong together', () => {
    const scenario = prepared([WALK, promote(true)]);
    const parts = [1, 2, 3].map((k) => searchScenario(scenario, { shard: [k, 4] }));
    const merged = mergeVerdicts(parts);
    expect(merged.ok && merged.value).toMatchObject({
      verdict: 'unknown',
      complete: false,
      stopped: 'part 4 of 4 is missing',
    });
    expect(mergeVerdicts([]).ok).toBe(false);
    expect(mergeVerdicts([searchScenario(scenario)]).ok).toBe(false);
    const [first] = parts;
    if (first === undefined) throw new Error('no part');
    expect(mergeVerdicts([first, searchScenario(scenario, { shard: [1, 3] })]).ok).toBe(false);
    expect(mergeVerdicts([first, { ...first, title: 'Another' }]).ok).toBe(false);
  });
});
