import { describe, expect, it } from 'vitest';
import { captureWorld, libraryRun } from '../../tests/support/page-runs.ts';
import { carry } from '../actions/carry.ts';
import { linkOf, readLink } from '../actions/link.ts';
import { keepImported } from '../actions/worlds.ts';
import type { Geometry, Scenario } from '../engine.ts';
import {
  entryClasses,
  focusTables,
  formatOf,
  hwIndex,
  parseArm64Geometry,
  REVISIONS,
  runScenario,
  U64,
  worldFromListing,
} from '../engine.ts';
import type { Scene } from '../state/session.ts';
import { addressFields, bitsOf, halfOf, readAddress } from './address.ts';
import { correspondingStep } from './corresponding.ts';
import { draftOf, oddRange, scenarioOf } from './draft.ts';
import { firstRegion, firstWalkOver } from './firstWalk.ts';
import { pathAt } from './focus.ts';
import { changedUpTo, entryAt, entryOf, heldAt, lastSlotStep, lastWalkStep } from './moment.ts';
import { missingCall, replacementAt } from './replacement.ts';
import { countUpTo, firstAfter, isInteresting, lastBefore, runIndex } from './runIndex.ts';
import { tableAt } from './tables.ts';

const world = captureWorld();
const first = libraryRun('first-walk', world);
const locked = libraryRun('locked-walk', world);

function geometry(id: string): Geometry {
  const geo = parseArm64Geometry(id);
  if (!geo.ok) throw new Error(geo.error.message);
  return geo.value;
}

function sceneOf(scenario: Scenario, over = world): Scene {
  const run = runScenario(scenario, over);
  if (!run.ok) throw new Error(run.error.message);
  return { scenario, libraryId: undefined, schedule: '', fold: 'auto', world: over, run: run.value };
}

describe('addresses', () => {
  it.each([
    '4k39',
    '4k48',
    '4k52',
    '4k52@48',
    '16k36',
    '16k47',
    '16k48',
    '16k52',
    '16k52@47',
    '64k42',
    '64k48',
    '64k52',
  ])('the fields of %s cover every bit once, and the levels index as the engine does', (id) => {
    const geo = geometry(id);
    const va = U64.hex('0xffff123456789abc');
    const fields = addressFields(geo).filter((f) => f.kind !== 'folded');
    expect(fields.map((f) => bitsOf(va, f.high, f.low)).join('')).toBe(bitsOf(va, 63, 0));
    for (const field of fields) {
      if (field.hw === undefined) continue;
      expect(va.field(field.low, field.high - field.low + 1)).toBe(hwIndex(geo, field.hw, va));
    }
  });

  it('folded levels stand at their place without bits', () => {
    const kinds = addressFields(geometry('4k52@48')).map((f) => `${f.kind} ${f.level ?? ''}`.trim());
    expect(kinds).toEqual([
      'top',
      'level pgd',
      'folded p4d',
      'level pud',
      'level pmd',
      'level pte',
      'offset',
    ]);
  });

  it('reads what people type, and says in a sentence why not', () => {
    const { geo } = world;
    for (const text of ['ffff000041e05000', '0xFFFF_0000_41E0_5000', ' ffff 0000 41e0 5000 ']) {
      const read = readAddress(geo, text);
      expect(read.ok && read.va.toHex()).toBe('0xffff000041e05000');
    }
    const why = (text: string): string => {
      const read = readAddress(geo, text);
      return read.ok ? '' : read.message;
    };
    expect(why('')).toContain('Type a virtual address');
    expect(why('vmalloc')).toContain('no hex number');
    expect(why('fffff000041e05000')).toContain('more than 64 bits');
    expect(why('8000000000000000')).toContain('neither half of a 48-bit');
    expect(why('ffff000000000000')).toBe('');
    expect(why('fffeffffffffffff')).not.toBe('');
    expect(why('0000ffffffffffff')).toBe('');
    expect(why('0001000000000000')).not.toBe('');
  });
});

describe('the index of a run', () => {
  it('counts what the steps say', () => {
    const { counters, byContext, calls } = runIndex(first);
    const n = first.steps.length;
    const sum = (ev: string): number =>
      first.steps.reduce((total, s) => total + (s.ev === ev ? ('count' in s ? (s.count ?? 1) : 1) : 0), 0);
    expect(counters.map((c) => c.totals[n])).toEqual([sum('load'), sum('set'), sum('cb'), sum('hole')]);
    expect(counters[0]?.totals[0]).toBe(0);
    expect(byContext.get(0)?.length).toBe(n);
    expect([...(calls.get(0) ?? [])]).toEqual(first.steps.filter((s) => s.ev === 'call').map((s) => s.n));
  });

  it('finds neighbours among ascending numbers', () => {
    const list = Uint32Array.from([2, 5, 9]);
    expect([1, 2, 5, 8, 9, 10].map((n) => countUpTo(list, n))).toEqual([0, 1, 2, 2, 3, 3]);
    expect([0, 2, 9].map((n) => firstAfter(list, n))).toEqual([2, 5, undefined]);
    expect([2, 3, 5, 20].map((n) => lastBefore(list, n))).toEqual([undefined, 2, 2, 9]);
  });

  it('has a bar for a lock from where it is taken to where it is released', () => {
    const { bars, interesting } = runIndex(locked);
    const taken = locked.steps.find((s) => s.ev === 'lock');
    const released = locked.steps.find((s) => s.ev === 'unlock');
    expect(bars).toEqual([
      { ctx: 0, name: 'mmap:init_mm', mode: 'read', from: taken?.n, to: released?.n, released: true },
    ]);
    expect([...interesting]).toEqual(locked.steps.filter(isInteresting).map((s) => s.n));
    expect(heldAt(locked, (taken?.n ?? 0) - 1)).toEqual([]);
    expect(heldAt(locked, taken?.n ?? 0)).toEqual([
      { ctx: 0, name: 'mmap:init_mm', mode: 'read', since: taken?.n },
    ]);
    expect(heldAt(locked, released?.n ?? 0)).toEqual([]);
  });
});

describe('the moment', () => {
  it('the path stays within the range and never goes back', () => {
    const call = first.scenario.contexts[0]?.calls[0];
    if (call?.fn !== 'walk_kernel_page_table_range_lockless') throw new Error('no call');
    let last = U64.hex(call.start);
    expect(pathAt(first, world, 0).va.toHex()).toBe(call.start);
    for (let n = 1; n < first.steps.length; n++) {
      const { mm, va } = pathAt(first, world, n);
      expect(mm).toBe('init_mm');
      expect(va.lt(U64.hex(call.start))).toBe(false);
      expect(va.lt(U64.hex(call.end))).toBe(true);
      if (first.steps[n - 1]?.ev === 'cb') {
        expect(va.lt(last)).toBe(false);
        last = va;
      }
    }
  });

  it('goes through the table and the entry that the walker used, whatever address it was given', () => {
    // The first walk's range, in the kernel's half, over the tables of efi_mm and of init_mm; and the other way round.
    const call = first.scenario.contexts[0]?.calls[0];
    if (call === undefined || !('end' in call) || !('start' in call)) throw new Error('no call');
    const ops = { callbacks: ['pud', 'pmd', 'pte', 'hole'] as const };
    const over = (start: string, end: string, mm: 'init_mm' | 'efi_mm') =>
      sceneOf({
        ...first.scenario,
        contexts: [
          {
            cpu: 0,
            calls: [{ fn: 'walk_page_range_debug', mm, start, end, ops: { callbacks: [...ops.callbacks] } }],
          },
        ],
      }).run;
    const runs = [
      over('0xffff00007fc03000', '0xffff00007fc06000', 'efi_mm'),
      over('0xffff00003fff0000', '0xffff00007fc06000', 'efi_mm'),
      over('0x7fc03000', '0x7fc06000', 'init_mm'),
      over(call.start, call.end, 'init_mm'),
      first,
      locked,
    ];
    for (const run of runs) {
      let seen = 0;
      for (let n = 1; n <= run.steps.length; n++) {
        const slot = lastWalkStep(run, n);
        if (slot === undefined) continue;
        const { mm, va } = pathAt(run, world, n);
        const root = world.mms.find((m) => m.name === mm);
        if (root === undefined) throw new Error(`no ${mm}`);
        const path = focusTables(entryClasses(world.geo, formatOf(world.geo)), world.memory, root, va);
        expect(path.map((t) => `${t.page.name} ${t.idx}`)).toContain(`${slot.table} ${slot.idx}`);
        expect(entryAt(run, world, n, entryOf(slot))?.mm).toBe(mm);
        expect(halfOf(world.geo, va)).toBe(mm === 'init_mm' ? 'upper' : 'lower');
        seen++;
      }
      expect(seen).toBeGreaterThan(3);
    }
  });

  it('shows the entry a step read, with what it holds', () => {
    for (let n = 1; n <= first.steps.length; n++) {
      const step = first.steps[n - 1];
      if (step?.ev !== 'load') continue;
      expect(lastSlotStep(first, n)).toBe(step);
      const entry = entryAt(first, world, n, { table: Number(step.table), idx: step.idx });
      expect(entry?.now.toHex()).toBe(step.value);
      // A slot of a level folded at boot stands for no address of its own.
      if (step.va !== null) expect(entry?.va?.toHex()).toBe(step.va);
      expect(entry?.written).toBeUndefined();
    }
    expect(changedUpTo(first, first.steps.length).size).toBe(0);
  });

  it('knows what points to a table', () => {
    for (const page of world.memory.pages()) {
      const view = tableAt(world, world.memory, page.pa);
      if (view?.root === true) {
        expect(view.parent).toBeUndefined();
        continue;
      }
      expect(view?.parent?.hw).toBe(page.hw - 1);
    }
  });
});

describe('another revision', () => {
  it('stands at the corresponding step: the same event at the same place', () => {
    const old = libraryRun('locked-walk', world, { revision: 'v6.12' });
    expect(correspondingStep(locked, 0, old)).toBe(0);
    expect(correspondingStep(locked, locked.steps.length, old)).toBe(old.steps.length);
    for (const step of locked.steps) {
      if (step.ev !== 'cb') continue;
      const other = old.steps[correspondingStep(locked, step.n, old) - 1];
      expect(other?.ev === 'cb' && other.addr).toBe(step.addr);
    }
    for (let n = 0; n <= locked.steps.length; n++) expect(correspondingStep(locked, n, locked)).toBe(n);
  });
});

describe('a revision without the lockless walk', () => {
  it('can run the locked one, with the lock held', () => {
    const old = REVISIONS.find((r) => r.id === 'v6.12');
    if (old === undefined) throw new Error('no v6.12');
    expect(missingCall(first.scenario, old)?.fn).toBe('walk_kernel_page_table_range_lockless');
    expect(missingCall(locked.scenario, old)).toBeUndefined();
    expect(replacementAt(locked.scenario, old)).toBeUndefined();
    const instead = replacementAt(first.scenario, old);
    if (instead === undefined) throw new Error('nothing instead');
    const { run } = sceneOf(instead.scenario);
    expect(run.revision).toBe('v6.12');
    const asserts = run.steps.filter((s) => s.ev === 'assert');
    expect(asserts.length).toBeGreaterThan(0);
    expect(asserts.every((s) => s.ev === 'assert' && s.ok)).toBe(true);
  });
});

describe('the walk form', () => {
  it('gives the scenario back that it was filled from', () => {
    const scene = sceneOf(locked.scenario);
    const made = scenarioOf(scene, draftOf(scene));
    expect(made.ok && made.scenario.contexts).toEqual(locked.scenario.contexts);
  });

  it('says which field is no address', () => {
    const scene = sceneOf(locked.scenario);
    const draft = draftOf(scene);
    const made = scenarioOf(scene, {
      ...draft,
      contexts: draft.contexts.map((c) => ({
        ...c,
        calls: c.calls.map((call) => ({ ...call, values: { ...call.values, end: '12x' } })),
      })),
    });
    expect(made.ok ? '' : `${made.field}: ${made.message}`).toBe(
      'end: The end, “12x”, is no hex number of at most 64 bits.',
    );
  });
});

describe('a range and the mm it is walked in', () => {
  const range = (mm: 'init_mm' | 'efi_mm', start: string, end: string): string =>
    oddRange(world, { mm, start, end }) ?? '';

  it('is odd where the range is not in the half that the tables translate', () => {
    expect(range('init_mm', '0xffff000000000000', '0xffff000000001000')).toBe('');
    expect(range('efi_mm', '0x1000', '0x1000000000000')).toBe('');
    expect(range('efi_mm', '0xffff00007c7f0000', '0xffff00007c800000')).toContain('in the upper half');
    expect(range('init_mm', '0x1000', '0x2000')).toContain('in the lower half');
    expect(range('efi_mm', '0x1000', '0xffff000000000000')).toContain('leaves it');
    expect(range('efi_mm', '0x1000', 'x')).toBe('');
  });

  it('has a first region that is in the mm’s half and maps something', () => {
    for (const mm of world.mms) {
      const { start, end } = firstRegion(world, mm);
      expect(range(mm.name as 'efi_mm', start.toHex(), end.toHex())).toBe('');
      const path = focusTables(entryClasses(world.geo, formatOf(world.geo)), world.memory, mm, start);
      expect(path.length).toBeGreaterThanOrEqual(2);
    }
  });

  it('refuses a function that the revision does not have', () => {
    const scene = sceneOf(first.scenario);
    const made = scenarioOf(scene, { ...draftOf(scene), revision: 'v6.12' });
    expect(made).toMatchObject({ ok: false, field: 'fn' });
  });
});

describe('imported tables', () => {
  it('travel as the tables that the run touches, and run the same', () => {
    keepImported('import-test', world);
    const scene = sceneOf(firstWalkOver(world, 'import-test'));
    expect(scene.run.steps.length).toBeGreaterThan(10);
    const carried = carry(scene);
    if (carried === undefined || 'capture' in carried.scenario.memory) throw new Error('nothing is carried');
    const rebuilt = worldFromListing(carried.scenario.memory);
    if (!rebuilt.ok) throw new Error(rebuilt.error.message);
    const again = sceneOf(carried.scenario, rebuilt.value);
    expect(again.run.steps).toEqual(scene.run.steps);
    // Here, where the tables are, the link means the whole of them.
    const link = linkOf(scene, 3);
    const read = readLink(link.ok ? link.value : '');
    expect(read.ok && read.value.scenario).toBe(scene.scenario);
    expect(read.ok && read.value.step).toBe(3);
  });

  it('a scenario over a shipped capture travels as it is', () => {
    expect(carry(sceneOf(first.scenario))).toBeUndefined();
  });
});

describe('links of the page', () => {
  it('say how runs of like steps are shown', () => {
    const scene: Scene = { ...sceneOf(first.scenario), libraryId: 'first-walk', fold: 'always' };
    const link = linkOf(scene, 2);
    expect(link).toEqual({ ok: true, value: '#v1.l.first-walk@2&fold=always' });
    const read = readLink(link.ok ? link.value : '');
    expect(read.ok && [read.value.fold, read.value.library, read.value.notices]).toEqual([
      'always',
      'first-walk',
      [],
    ]);
  });
});
