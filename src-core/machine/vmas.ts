import type { Geometry } from '../arch/geometry.ts';
import type { U64 } from '../base/u64.ts';
import { U64 as U } from '../base/u64.ts';
import type {
  ChangeVma,
  HasAnonVma,
  PrevVma,
  RmapAnon,
  RmapVmas,
  SplitVma,
  UnmappedPages,
  VmaChangeKind,
} from '../step/op-vma.ts';
import type { FindVma } from '../step/op-walk.ts';
import type { Vma } from '../step/vma.ts';
import type { Touch } from './touch.ts';
import { NO_PLACES, TouchKind } from './touch.ts';

/** Stand for the mm's tree of VMAs, with what is detached, and for the trees of rmap. No word and no page has these addresses. */
const TREE_PLACE = 4;
const RMAP_PLACE = 6;
/** Who has an anon_vma; and what was promised to be mapped nowhere. */
const ANON_PLACE = 10;
const PROMISE_PLACE = 12;

interface State {
  readonly vma: Vma;
  readonly inTree: boolean;
  readonly inRmap: boolean;
  readonly detached: boolean;
  readonly anon: boolean;
}

/** Pages of a file that nothing maps any more. */
interface Promised {
  readonly file: number;
  readonly first: number;
  readonly nr: number;
}

/** What the calls of a scenario may do to VMAs. */
export interface VmaUse {
  /** There is a call that takes VMAs away. Where there is none, looking one up is nobody else's affair. */
  readonly changes: boolean;
  /** There is a call that promises that pages are mapped nowhere. */
  readonly promises: boolean;
}

/** The VMAs of the user mm during a run: those of the scenario, and what munmap and its like make of them. */
export class Vmas {
  /** In address order. */
  private states: readonly State[];
  private readonly geo: Geometry;
  private readonly use: VmaUse;
  private readonly promised: Promised[] = [];

  constructor(vmas: readonly Vma[], geo: Geometry, use: VmaUse) {
    this.states = vmas.map((vma) => ({ vma, inTree: true, inRmap: true, detached: false, anon: false }));
    this.geo = geo;
    this.use = use;
  }

  /** `find_vma()`: the first one in the tree that ends above `addr`. */
  find(addr: U64): Vma | undefined {
    return this.states.find((s) => s.inTree && addr.lt(s.vma.end))?.vma;
  }

  /** The last one in the tree that ends at or below `addr`. */
  previous(addr: U64): Vma | undefined {
    return this.states.findLast((s) => s.inTree && s.vma.end.le(addr))?.vma;
  }

  /** Those in the tree of a file's mappings, by page offset and then by number. */
  mapping(file: number): readonly Vma[] {
    return this.states
      .filter((s) => s.inRmap && s.vma.file === file)
      .map((s) => s.vma)
      .sort((a, b) => (a.pgoff ?? 0) - (b.pgoff ?? 0) || a.id - b.id);
  }

  /** The VMA with this number, if its anon_vma leads to it. */
  anon(id: number): Vma | undefined {
    return this.states.find((s) => s.inRmap && s.vma.id === id && s.vma.file === undefined)?.vma;
  }

  isDetached(id: number): boolean {
    return this.states.some((s) => s.vma.id === id && s.detached);
  }

  /** The detached VMA that covers an address which no other covers: what is mapped there now, nobody unmaps again. */
  detachedAt(addr: U64): Vma | undefined {
    if (!this.use.changes) return undefined;
    const covering = this.states.filter((s) => s.vma.start.le(addr) && addr.lt(s.vma.end));
    return covering.every((s) => s.detached) ? covering[0]?.vma : undefined;
  }

  change(id: number, what: VmaChangeKind): void {
    this.states = this.states.map((s) => {
      if (s.vma.id !== id) return s;
      if (what === 'detach') return { ...s, detached: true };
      if (what === 'anon') return { ...s, anon: true };
      return what === 'erase' ? { ...s, inTree: false } : { ...s, inRmap: false };
    });
  }

  /** Cuts a VMA in two at `addr`; the lower part keeps its number. Answers with the upper part. */
  split(id: number, addr: U64): Vma {
    const i = this.states.findIndex((s) => s.vma.id === id);
    const old = this.states[i];
    if (old === undefined) throw new Error(`[engine bug] there is no VMA ${id}`);
    const { vma } = old;
    const pages = addr.sub(vma.start).shr(this.geo.pageShift).toNumber();
    const upper: Vma = {
      ...vma,
      id: this.states.length,
      start: addr,
      ...(vma.file === undefined ? {} : { pgoff: (vma.pgoff ?? 0) + pages }),
    };
    const lower: Vma = { ...vma, end: addr };
    this.states = [
      ...this.states.slice(0, i),
      { ...old, vma: lower },
      { ...old, vma: upper },
      ...this.states.slice(i + 1),
    ];
    return upper;
  }

  /** Whose stores decide whether a store into a table of the mm breaks a rule about VMAs. */
  placesOf(to: U64 | undefined): readonly number[] {
    const tree = this.use.changes && to?.isZero() === false ? [TREE_PLACE] : [];
    return this.use.promises ? [...tree, PROMISE_PLACE] : tree;
  }

  hasAnon(id: number): boolean {
    return this.states.some((s) => s.vma.id === id && s.anon);
  }

  promise(pages: Promised): void {
    this.promised.push(pages);
  }

  /** Addresses at which, by what was promised, nothing is mapped, as far as rmap knows their VMAs. */
  promisedAddresses(): readonly U64[] {
    return this.promised.flatMap(({ file, first, nr }) =>
      this.mapping(file).flatMap((vma) => {
        const start = vma.pgoff ?? 0;
        const pages = vma.end.sub(vma.start).shr(this.geo.pageShift).toNumber();
        const [from, to] = [Math.max(first, start), Math.min(first + nr, start + pages)];
        return Array.from({ length: Math.max(0, to - from) }, (_, i) =>
          vma.start.add(U.from(from - start + i).shl(this.geo.pageShift)),
        );
      }),
    );
  }

  /** What an op on VMAs is to others; undefined where it is its own affair. */
  touch(op: VmaOp): Touch | undefined {
    const { Read, Write } = TouchKind;
    switch (op.op) {
      case 'findVma':
      case 'prevVma':
        return this.use.changes ? vmaTouch(Read, TREE_PLACE) : undefined;
      case 'rmapVmas':
      case 'rmapAnon':
        return this.use.changes ? vmaTouch(Read, RMAP_PLACE) : undefined;
      case 'changeVma':
        if (op.change === 'anon') return vmaTouch(Write, ANON_PLACE);
        return vmaTouch(Write, op.change === 'unlink' ? RMAP_PLACE : TREE_PLACE);
      case 'splitVma':
        return vmaTouch(Write, TREE_PLACE);
      case 'hasAnonVma':
        return vmaTouch(Read, ANON_PLACE);
      case 'unmappedPages':
        return vmaTouch(Write, PROMISE_PLACE);
    }
  }
}

type VmaOp = FindVma | PrevVma | RmapVmas | RmapAnon | ChangeVma | SplitVma | HasAnonVma | UnmappedPages;

function vmaTouch(kind: Touch['kind'], place: number): Touch {
  return { kind, place, page: 0, chain: NO_PLACES, also: NO_PLACES };
}

/** An address as steps write it. */
export function vmaRange(vma: Vma): string {
  return `${vma.start.toHex()} to ${vma.end.sub(U.ONE).toHex()}`;
}
