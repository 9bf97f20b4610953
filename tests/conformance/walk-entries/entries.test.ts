import { describe, expect, it } from 'vitest';
import { REVISIONS } from '../../../src-core/revision/revisions.ts';
import { CALL_NAMES, callExists } from '../../../src-core/scenario/calls.ts';
import { worldFromListing } from '../../../src-core/scenario/listing-world.ts';
import { runScenario } from '../../../src-core/scenario/run-scenario.ts';
import type { Scenario, ScenarioCall } from '../../../src-core/scenario/schema.ts';
import { SCENARIO_FORMAT, SCENARIO_VERSION } from '../../../src-core/scenario/schema.ts';
import type { Step } from '../../../src-core/step/step.ts';
import type { EntryRow } from './table.ts';
import { ENTRY_TABLE, TABLE_REVISIONS } from './table.ts';

/**
 * Every entry function at every revision, with every state of the locks it could look at, held by itself or by another context, and
 * both strengths of assertions, against the table.
 */
type Mode = 'none' | 'read' | 'write';

/** How the locks are held when the function is called; all by the same context. */
interface State {
  /** The mm that is walked, init_mm, and the VMA. */
  readonly mm: Mode;
  readonly initMm: Mode;
  readonly vma: Mode;
  readonly file: Mode;
  readonly holder: 'self' | 'other';
  readonly assertions: 'owner' | 'anybody';
}

const GEOMETRY = '4k48';
const MEMORY = {
  geometry: GEOMETRY,
  roots: [
    { mm: 'init_mm' as const, pgd: '0x10000' },
    { mm: 'efi_mm' as const, pgd: '0x20000' },
    { mm: 'user' as const, pgd: '0x30000' },
  ],
  tables: (['init_mm', 'efi_mm', 'user'] as const).flatMap((mm, i) => {
    const high = mm === 'init_mm' ? '0xffff000000' : '0x';
    const at = (low: string): string => `${high}${low}`;
    const table = (level: number): string =>
      `0x${((0x10000 * (i + 1) + 0x1000 * (level + 1)) | 3).toString(16)}`;
    return [
      [mm, 0, mm === 'init_mm' ? '0xffff000000000000' : '0x0', 1, table(0), '0x0'],
      [mm, 1, mm === 'init_mm' ? '0xffff000000000000' : '0x0', 1, table(1), '0x0'],
      [mm, 2, at('400000'), 1, table(2), '0x0'],
      [mm, 3, at('400000'), 1, '0xe8000041000f43', '0x0'],
    ] as [typeof mm, number, string, number, string, string][];
  }),
  vmas: [{ start: '0x400000', end: '0x401000', flags: [], file: 0, pgoff: 7 }],
};

const START = '0x400000';
const END = '0x401000';
const KERNEL_START = '0xffff000000400000';
const KERNEL_END = '0xffff000000401000';

type Case = 'walk' | 'empty' | 'install';

function callOf(row: EntryRow, mm: string | undefined, mode: number | undefined, kind: Case): ScenarioCall {
  const kernel = mm === 'init_mm' || (mm === undefined && row.fn.startsWith('walk_kernel_'));
  const start = kernel ? KERNEL_START : START;
  const end = kind === 'empty' ? start : kernel ? KERNEL_END : END;
  const ops = { callbacks: kind === 'install' ? ['pte', 'install'] : ['pte'] };
  const walk = { ops, ...(mode === undefined ? {} : { walkLock: mode }) };
  switch (row.fn) {
    case 'walk_page_mapping':
      return { fn: row.fn, file: 0, first: 7, nr: kind === 'empty' ? 0 : 1, ...walk } as ScenarioCall;
    case 'walk_page_vma':
      return { fn: row.fn, vma: 0, ...walk } as ScenarioCall;
    case 'walk_page_range_vma':
    case 'walk_page_range_vma_unsafe':
      return { fn: row.fn, vma: 0, start, end, ...walk } as ScenarioCall;
    case 'folio_walk':
      return { fn: row.fn, vma: 0, addr: START, flags: 0 };
    case 'apply_to_page_range':
    case 'apply_to_existing_page_range':
      return {
        fn: row.fn,
        mm,
        addr: start,
        size: kind === 'empty' ? '0x0' : '0x1000',
        set: '0x80',
      } as ScenarioCall;
    default:
      return { fn: row.fn, start, end, ...(mm === undefined ? {} : { mm }), ...walk } as ScenarioCall;
  }
}

/** The locks of a state as a scenario says them; init_mm's once, where it is the mm that is walked. */
function holdsOf(state: State, mm: string): { name: string; mode: 'read' | 'write' }[] {
  const all: [string, Mode][] = [
    [`mmap:${mm}`, state.mm],
    ...(mm === 'init_mm' ? [] : [['mmap:init_mm', state.initMm] as [string, Mode]]),
    ['vma:0', state.vma],
    ['i_mmap:0', state.file],
  ];
  return all.flatMap(([name, mode]) => (mode === 'none' ? [] : [{ name, mode }]));
}

const NOTHING: State = {
  mm: 'none',
  initMm: 'none',
  vma: 'none',
  file: 'none',
  holder: 'self',
  assertions: 'owner',
};

/** Every state of the locks that matter to a function. */
function statesOf(row: EntryRow, mm: string): State[] {
  const modes: readonly Mode[] = ['none', 'read', 'write'];
  const byVma = !('mms' in row) && !row.fn.startsWith('walk_kernel_');
  const states: State[] = [];
  for (const holder of ['self', 'other'] as const)
    for (const assertions of ['owner', 'anybody'] as const)
      for (const ofMm of modes)
        for (const initMm of mm === 'init_mm' ? (['none'] as const) : modes)
          for (const vma of byVma ? modes : (['none'] as const))
            for (const file of row.fn === 'walk_page_mapping'
              ? (['none', 'read'] as const)
              : (['none'] as const)) {
              // A VMA is locked for write only under the mm's lock for write.
              if (vma === 'write' && ofMm !== 'write') continue;
              const held = [ofMm, initMm, vma, file].some((m) => m !== 'none');
              if (!held && holder === 'other') continue;
              states.push({ ...NOTHING, mm: ofMm, initMm, vma, file, holder, assertions });
            }
  return states;
}

/** What the table's cell comes to in a state; `blocked` ends it where the function would wait for ever. */
function expected(cell: string, mm: string, state: State): string[] {
  const counts = state.holder === 'self' || state.assertions === 'anybody';
  const modeOf = (name: string): Mode =>
    name === mm ? state.mm : name === 'init_mm' ? state.initMm : 'none';
  const assertion = (kind: 'R' | 'W', name: string): string => {
    const held = modeOf(name);
    const ok = counts && (held === 'write' || (kind === 'R' && held === 'read'));
    return `${kind} ${name} ${ok ? 'ok' : 'FAILED'}`;
  };
  const out: string[] = [];
  for (const word of cell.split(', ')) {
    if (/^[RW] /.test(word)) out.push(assertion(word[0] as 'R' | 'W', word.slice(2).replace(/^mm$/, mm)));
    else if (word === 'F') out.push(assertion('R', 'user'));
    else if (word === 'I') {
      if (state.assertions === 'owner') out.push(`I ${counts && state.file !== 'none' ? 'ok' : 'FAILED'}`);
    } else if (word === 'start') {
      out.push(assertion('W', 'user'));
      // It waits for readers, itself among them.
      if (state.vma === 'read') return [...out, 'blocked'];
      out.push('vma_start_write ok');
    } else if (word === 'verify') {
      out.push(assertion('W', 'user'), `vma_assert_write_locked ${state.vma === 'write' ? 'ok' : 'FAILED'}`);
    } else if (word === 'any') {
      const read = counts && state.vma === 'read';
      out.push(`vma_assert_locked ${read || state.vma === 'write' ? 'ok' : 'FAILED'}`);
      if (!read) out.push(assertion('W', 'user'));
    } else out.push(word);
  }
  return out;
}

function told(step: Step): string[] {
  const verdict = (ok: boolean | undefined): string => (ok === false ? 'FAILED' : 'ok');
  switch (step.ev) {
    case 'assert':
      if (step.name === 'lockdep_assert_held') return [`I ${verdict(step.ok)}`];
      return [`${step.name === 'mmap_assert_write_locked' ? 'W' : 'R'} ${step.mm} ${verdict(step.ok)}`];
    case 'vmalock':
      return [`${step.name} ${verdict(step.ok)}`];
    case 'warn':
      return ['warn'];
    case 'lock':
      return step.name === 'ptl' ? ['ptl'] : [];
    default:
      return [];
  }
}

const listed = worldFromListing(MEMORY);
if (!listed.ok) throw new Error(listed.error.message);
const world = listed.value;

/** What happens, as the table would say it. */
function happened(revision: string, call: ScenarioCall, mm: string, state: State): string[] {
  const holds = holdsOf(state, mm);
  const idle = { fn: 'kernel_page_present', pfn: '0x0' } as const;
  const scenario: Scenario = {
    format: SCENARIO_FORMAT,
    version: SCENARIO_VERSION,
    title: 'an entry function',
    revision,
    memory: MEMORY,
    assertions: state.assertions,
    contexts: [
      { cpu: 0, holds: state.holder === 'self' ? holds : [], calls: [call] },
      { cpu: 1, holds: state.holder === 'other' ? holds : [], calls: [idle] },
    ],
  };
  const run = runScenario(scenario, world);
  if (!run.ok) return [`${run.error.path}: ${run.error.message}`];
  const { steps, results } = run.value;
  const ret = results[0]?.rets[0];
  const mine = steps.filter((s) => s.ctx === 0);
  return [...mine.flatMap(told), ret === undefined || ret === null ? 'blocked' : String(ret)];
}

/** Cells compared, by revision. */
const CELLS = new Map<string, number>();

describe('entry functions of page walks', () => {
  it('the table is about every revision there is', () => {
    expect(REVISIONS.map((r) => r.id).sort()).toEqual([...TABLE_REVISIONS].sort());
  });

  it('each function exists where the table has it, and nowhere else', () => {
    let cells = 0;
    const walks = CALL_NAMES.filter((fn) => ENTRY_TABLE.some((row) => row.fn === fn));
    expect(CALL_NAMES.filter((fn) => fn.startsWith('walk_') && !walks.includes(fn))).toEqual([]);
    for (const fn of walks) {
      for (const { id, rules } of REVISIONS) {
        const there = ENTRY_TABLE.some((row) => row.fn === fn && row.revisions.includes(id));
        expect(callExists(fn, rules), `${fn} at ${id}`).toBe(there);
        cells++;
      }
    }
    expect(cells).toBe(walks.length * REVISIONS.length);
  });

  it('no cell of the table is said twice', () => {
    const seen = new Set<string>();
    for (const row of ENTRY_TABLE)
      for (const id of row.revisions)
        for (const mm of row.mms ?? ['-'])
          for (const mode of row.modes ?? ['-']) {
            const cell = `${row.fn} ${id} ${mm} ${mode}`;
            expect(seen.has(cell), cell).toBe(false);
            seen.add(cell);
          }
  });

  it.each(REVISIONS.map((r) => r.id))(
    '%s: asserts, takes, warns and returns as the table says',
    (id) => {
      let cells = 0;
      for (const row of ENTRY_TABLE.filter((r) => r.revisions.includes(id))) {
        for (const named of row.mms ?? [undefined]) {
          const mm = named ?? (row.fn.startsWith('walk_kernel_') ? 'init_mm' : 'user');
          for (const mode of row.modes ?? [undefined]) {
            for (const kind of ['walk', 'empty', 'install'] as const) {
              const cell = row[kind];
              if (cell === undefined) continue;
              for (const state of statesOf(row, mm)) {
                const call = callOf(row, named, mode, kind);
                const [seen, wanted] = [happened(id, call, mm, state), expected(cell, mm, state)];
                cells++;
                if (seen.join() === wanted.join()) continue;
                const label = `${id} ${row.fn} ${mm} mode ${mode ?? '-'} ${kind} ${JSON.stringify(state)}`;
                expect(seen, label).toEqual(wanted);
              }
            }
          }
        }
      }
      CELLS.set(id, cells);
      expect(cells).toBeGreaterThan(500);
    },
    120_000,
  );

  it('says how many cells that were', () => {
    const total = [...CELLS.values()].reduce((a, b) => a + b, 0);
    if (process.env['SAY_CELLS'] === '1') console.log(`${total} cells`, Object.fromEntries(CELLS));
    expect(total).toBeGreaterThan(0);
  });
});
