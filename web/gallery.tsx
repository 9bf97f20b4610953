/**
 * The table map alone, for working on it: `/web/gallery.html?capture=x4-4k-48&va=ffff000041e05000&w=916&h=408&theme=light`.
 * Served by `npm run dev` only; it is no part of the built page. `step=5`, `12`, `14`, `16`,
 * `29` stage the split of a block, `40` a read of a freed table.
 */
import type { ReactElement } from 'react';
import { StrictMode, useState } from 'react';
import { createRoot } from 'react-dom/client';
import type { PhysicalMemory, World } from '../src-core/index.ts';
import { entryClasses, focusTables, formatOf, hwEntries, importCapture, U64 } from '../src-core/index.ts';
import { TableMap } from './map/TableMap.tsx';
import type {
  MapCurrent,
  MapFocus,
  MapRange,
  SlotChange,
  SlotComing,
  SlotRef,
  TableBadge,
  TableMapProps,
} from './map/types.ts';
import './styles/tokens.css';
import './gallery.css';

const query = new URLSearchParams(location.search);
const param = (name: string, otherwise: string): string => query.get(name) ?? otherwise;

async function load(name: string): Promise<World> {
  const [tables, meta] = await Promise.all([
    fetch(`/captures/${name}/tables.bin.gz`),
    fetch(`/captures/${name}/meta.json`),
  ]);
  const capture = importCapture(new Uint8Array(await tables.arrayBuffer()), await meta.json(), name);
  if (!capture.ok) throw new Error(`${capture.error.path}: ${capture.error.message}`);
  return capture.value.world;
}

type Staged = Partial<Omit<TableMapProps, 'world' | 'version' | 'focus'>> & {
  readonly memory: PhysicalMemory;
};

/** The split of the block that maps `va`, staged: the new table is filled, linked, and its first group loses CONT. */
function split(world: World, va: U64, until: number): Staged {
  const memory = world.memory.fork();
  const { geo } = world;
  const [mm] = world.mms;
  if (mm === undefined) return { memory };
  const classes = entryClasses(geo, formatOf(geo));
  const at = focusTables(classes, memory, mm, va).find((t) => t.kind === 'block');
  if (at === undefined) return { memory };
  const pa = 0x4174e000;
  const size = geo.contPteShift === 0 ? 1 : 1 << geo.contPteShift;
  const cont = U64.bit(52);
  const table = { table: at.page.pa, idx: at.idx };
  const linked = new U64(0x18000000, pa | 3);
  const changed = new Map<number, Map<number, SlotChange>>();
  const coming = new Map<number, Map<number, SlotComing>>();
  const base = at.value.and(U64.mask(geo.pageShift).not()).andNot(U64.from(0xffff).shl(48));
  const attributes = at.value.andNot(base).or(U64.from(3)).or(cont);
  const page = memory.add(pa, at.page.hw + 1, 'init_mm', undefined, hwEntries(geo, at.page.hw + 1));
  for (let i = 0; i < page.entries; i++) {
    const v = attributes.or(base.plus(i * 2 ** geo.pageShift));
    page.set(i, v.hi, v.lo);
  }
  const cell = va.field(geo.pageShift, geo.pageShift - 3);
  const invalid = page.get(cell).andNot(U64.ONE).andNot(cont).or(U64.from(0x800));
  const tables = new Map<number, TableBadge>([
    [pa, { state: 'new', notes: [{ text: 'constructed' }, { text: 'ptlock none' }, { text: 'counted' }] }],
  ]);
  const walkers = new Map([[at.page.pa, ['b']]]);
  if (until < 14) {
    coming.set(at.page.pa, new Map([[at.idx, { new: linked, step: 14 }]]));
    const current: MapCurrent = { ...table, kind: 'load', step: until };
    if (until < 12) {
      memory.remove(pa);
      return { memory, coming, current, walkers };
    }
    return {
      memory,
      coming,
      tables,
      walkers,
      current: { table: pa, idx: 0, kind: 'set', step: until, count: page.entries },
    };
  }
  changed.set(at.page.pa, new Map([[at.idx, { old: at.value, new: linked, step: 14 }]]));
  memory.write(at.page.pa, at.idx, linked.hi, linked.lo);
  if (until === 14) return { memory, changed, tables, walkers, current: { ...table, kind: 'set', step: 14 } };
  const first = cell - (cell % size);
  const cleared = new Map<number, SlotChange>();
  for (let i = first; i < first + size; i++) {
    const old = page.get(i);
    const now = old.andNot(cont);
    page.set(i, now.hi, now.lo);
    cleared.set(i, { old, new: now, step: 16 });
  }
  changed.set(pa, cleared);
  if (until < 29) {
    coming.set(pa, new Map([[cell, { new: invalid, step: 29 }]]));
    return {
      memory,
      changed,
      coming,
      tables,
      walkers,
      current: { table: pa, idx: first, kind: 'set', step: 16, count: size },
    };
  }
  cleared.set(cell, { old: page.get(cell), new: invalid, step: 29 });
  page.set(cell, invalid.hi, invalid.lo);
  return { memory, changed, tables, walkers, current: { table: pa, idx: cell, kind: 'set', step: 29 } };
}

/** The table that maps `va` is detached and freed while context a still holds a pointer into it. */
function freed(world: World, va: U64): Staged {
  const memory = world.memory.fork();
  const [mm] = world.mms;
  if (mm === undefined) return { memory };
  const path = focusTables(entryClasses(world.geo, formatOf(world.geo)), memory, mm, va);
  const table = path[path.length - 1];
  const parent = path[path.length - 2];
  if (table === undefined || parent === undefined) return { memory };
  memory.write(parent.page.pa, parent.idx, 0, 0);
  const slot = { table: table.page.pa, idx: table.idx };
  return {
    memory,
    changed: new Map([
      [parent.page.pa, new Map([[parent.idx, { old: parent.value, new: U64.ZERO, step: 6 }]])],
    ]),
    current: { ...slot, kind: 'load', step: 9 },
    tables: new Map([[table.page.pa, { state: 'freed' }]]),
    walkers: new Map([[table.page.pa, ['a']]]),
    violation: {
      ...slot,
      lines: [`a reads PTE[${slot.idx}]`, 'pointer taken at step 4', 'page freed by b at step 7'],
    },
  };
}

function Gallery({ world }: { readonly world: World }): ReactElement {
  const start = U64.parse(param('va', 'ffff000041e05000')) ?? U64.ZERO;
  const [focus, setFocus] = useState<MapFocus>({ mm: param('mm', 'init_mm'), va: start });
  const [selected, setSelected] = useState<SlotRef | null>(null);
  const [range, setRange] = useState<MapRange | null>(null);
  const [follow, setFollow] = useState(true);
  const [step, setStep] = useState(Number(param('step', '0')));
  const staged =
    step === 0 ? { memory: world.memory } : step === 40 ? freed(world, start) : split(world, start, step);
  const steps = [0, 5, 12, 14, 16, 29, 40];
  return (
    <>
      <div style={{ width: `${param('w', '916')}px`, height: `${param('h', '408')}px` }}>
        <TableMap
          {...staged}
          world={world}
          version={step}
          focus={focus}
          selected={selected}
          follow={follow}
          onSelect={setSelected}
          onFocus={setFocus}
          onFollowChange={setFollow}
          onSelectRange={setRange}
        />
      </div>
      <nav>
        {steps.map((s) => (
          <button key={s} type="button" onClick={() => setStep(s)}>
            {s}
          </button>
        ))}
        <output>{range !== null && `${range.mm} ${range.start.toHex16()}–${range.end.toHex16()}`}</output>
      </nav>
    </>
  );
}

document.documentElement.dataset['theme'] = param('theme', 'dark');
const root = document.getElementById('root');
if (root !== null) {
  const world = await load(param('capture', 'x4-4k-48'));
  createRoot(root).render(
    <StrictMode>
      <Gallery world={world} />
    </StrictMode>,
  );
}
