import { describe, expect, it } from 'vitest';
import { ANONYMOUS } from '../../scenario/library/worlds-user.ts';
import { worldFromListing } from '../../scenario/listing-world.ts';
import { prepareScenario } from '../../scenario/prepare.ts';
import { runScenario } from '../../scenario/run-scenario.ts';
import type { Scenario, ScenarioCall, ScenarioConfig } from '../../scenario/schema.ts';
import { searchScenario } from '../../search/search.ts';
import type { Verdict } from '../../search/verdict.ts';

const ALL: ScenarioCall = { fn: 'do_madvise', addr: '0x40000000', size: '0x200000', by: 'vma' };
const FAULT: ScenarioCall = { fn: 'do_page_fault', addr: '0x40005000', entry: '0xe8000049300f43', by: 'vma' };

const made = worldFromListing(ANONYMOUS);
if (!made.ok) throw new Error(made.error.message);
const world = made.value;

function scenario(contexts: readonly ScenarioCall[][], revision: string, config: ScenarioConfig): Scenario {
  return {
    format: 'pagewalk/scenario',
    version: 1,
    title: 'A test',
    revision,
    memory: ANONYMOUS,
    config,
    contexts: contexts.map((calls, cpu) => ({ cpu, calls })),
  };
}

/** What one context did to locks, the PMD and tables, after the last PTE was cleared. */
function story(call: ScenarioCall, revision = 'v7.3', config: ScenarioConfig = { nrCpus: 8 }): string[] {
  const run = runScenario(scenario([[call]], revision, config), world);
  if (!run.ok) throw new Error(run.error.message);
  expect(run.value.steps.filter((s) => s.ev === 'violation')).toEqual([]);
  const last = run.value.steps.findLastIndex((s) => s.ev === 'set' && s.level === 'pte');
  return run.value.steps.slice(last + 1).flatMap((s) => {
    if (s.ev === 'lock' || s.ev === 'unlock') return [`${s.ev} ${s.name.replace(/[@:].*$/, '')}`];
    if (s.ev === 'trylock') return [`trylock ${s.name.replace(/[@:].*$/, '')} ${s.ok ? 'ok' : 'failed'}`];
    if (s.ev === 'set') return [`set ${s.level} ${s.new}`];
    return s.ev === 'tlbi' || s.ev === 'free' || s.ev === 'gp' ? [s.ev] : [];
  });
}

const search = (contexts: readonly ScenarioCall[][]): Verdict => {
  const prepared = prepareScenario(scenario(contexts, 'v7.3', { nrCpus: 8 }), world);
  if (!prepared.ok) throw new Error(prepared.error.message);
  return searchScenario(prepared.value);
};

describe('MADV_DONTNEED of all that a PTE table maps', () => {
  it('clears the PMD while the PTE lock is still held, and RCU frees the table', () => {
    expect(story(ALL)).toEqual([
      'trylock pmd_lock ok',
      'set pmd 0x0',
      'unlock pmd_lock',
      'unlock ptl',
      'unlock rcu',
      'tlbi',
      'gp',
      'unlock vma',
      'gp',
      'free',
    ]);
  });

  it('leaves the table alone where something stays, or in older kernels', () => {
    const part: ScenarioCall = { ...ALL, size: '0x1ff000' } as ScenarioCall;
    const stays = ['unlock ptl', 'unlock rcu', 'tlbi', 'unlock vma'];
    expect(story(part)).toEqual(stays);
    expect(story(ALL, 'v6.12')).toEqual(stays);
  });

  it('takes both locks in their order where the PMD lock is not to be had, and looks at all entries', () => {
    // Without split locks it is the lock that is held already.
    expect(story(ALL, 'v7.3', { nrCpus: 2 })).toEqual([
      'trylock page_table_lock failed',
      'unlock page_table_lock',
      'unlock rcu',
      'lock page_table_lock',
      'lock rcu',
      'unlock rcu',
      'set pmd 0x0',
      'unlock page_table_lock',
      'tlbi',
      'gp',
      'unlock vma',
      'gp',
      'free',
    ]);
  });

  it('is clean beside a fault and a reader; a writer that does not look again loses its entry', () => {
    expect(search([[ALL], [FAULT]])).toMatchObject({ verdict: 'safe', complete: true });
    expect(search([[ALL], [{ fn: 'look_up_pte', addr: '0x40000000' }]])).toMatchObject({ verdict: 'safe' });
    const lost = search([[ALL], [{ ...FAULT, whatIf: 'no-revalidation' } as ScenarioCall]]);
    expect(new Set(lost.findings.map((f) => f.what))).toEqual(new Set(['lost', 'leftover']));
  });
});
