import type { U64 } from '../base/u64.ts';
import type { Vma } from './vma.ts';
import { Ask } from './walker.ts';

// Ops on the VMAs of the user mm: how they are found, and what takes them away.

/** `vma_prev()`: the last VMA that ends at or below `addr`. */
export class PrevVma extends Ask<Vma | undefined> {
  declare readonly op: 'prevVma';
  declare readonly addr: U64;
  constructor(addr: U64) {
    super();
    this.op = 'prevVma';
    this.addr = addr;
  }
}

/** What of a file is mapped where: the VMAs in its i_mmap tree, in the order a walk of that tree meets them. */
export class RmapVmas extends Ask<readonly Vma[]> {
  declare readonly op: 'rmapVmas';
  declare readonly file: number;
  constructor(file: number) {
    super();
    this.op = 'rmapVmas';
    this.file = file;
  }
}

/** The VMA with this number, where its anon_vma leads to it; undefined where rmap does not find it any more. */
export class RmapAnon extends Ask<Vma | undefined> {
  declare readonly op: 'rmapAnon';
  declare readonly vma: number;
  constructor(vma: number) {
    super();
    this.op = 'rmapAnon';
    this.vma = vma;
  }
}

/**
 * What is done to a VMA. detach: `vma_mark_detached()`, from then on nobody can lock it; erase: it goes out of the mm's tree, where
 * lookups find it; unlink: it goes out of the trees of its file or anonymous memory, where rmap finds it; anon: it gets an anon_vma,
 * because pages of its own are to be mapped in it.
 */
export type VmaChangeKind = 'detach' | 'erase' | 'unlink' | 'anon';

export class ChangeVma extends Ask<void> {
  declare readonly op: 'changeVma';
  declare readonly vma: number;
  declare readonly change: VmaChangeKind;
  constructor(vma: number, change: VmaChangeKind) {
    super();
    this.op = 'changeVma';
    this.vma = vma;
    this.change = change;
  }
}

/** `__split_vma()`: a VMA ends at `addr` from now on, and a new one, which is the answer, has the rest. */
export class SplitVma extends Ask<Vma> {
  declare readonly op: 'splitVma';
  declare readonly vma: number;
  declare readonly addr: U64;
  constructor(vma: number, addr: U64) {
    super();
    this.op = 'splitVma';
    this.vma = vma;
    this.addr = addr;
  }
}

/** `READ_ONCE(vma->anon_vma)`: does a VMA of a file have pages of its own? */
export class HasAnonVma extends Ask<boolean> {
  declare readonly op: 'hasAnonVma';
  declare readonly vma: number;
  constructor(vma: number) {
    super();
    this.op = 'hasAnonVma';
    this.vma = vma;
  }
}

/** From here on nothing maps `nr` pages of a file from `first` on: a promise, which the machine holds the kernel to. */
export class UnmappedPages extends Ask<void> {
  declare readonly op: 'unmappedPages';
  declare readonly file: number;
  declare readonly first: number;
  declare readonly nr: number;
  constructor(file: number, first: number, nr: number) {
    super();
    this.op = 'unmappedPages';
    this.file = file;
    this.first = first;
    this.nr = nr;
  }
}
