/** What `flush_tlb_kernel_range()` does for a number of pages. */
export interface FlushCost {
  /** TLBI instructions: of one page, of a range of pages, of everything. */
  readonly singles: number;
  readonly ranges: number;
  readonly all: number;
}

/** Most pages by range instructions: 32 of the largest, of 2^16 pages each. More are flushed with everything. */
const MOST_BY_RANGE = 32 << 16;
/** Most instructions of one page each: from here on everything is flushed. */
const MOST_SINGLES = 512;

/**
 * TLBI instructions of `flush_tlb_kernel_range()` (arch/arm64/include/asm/tlbflush.h, v7.3). `ranges`: the CPUs have FEAT_TLBIRANGE. A
 * range instruction covers (num + 1) << (5 * scale + 1) pages, num 0 to 31, scale 3 to 0; an odd last page goes alone.
 */
export function flushCost(pages: number, ranges: boolean): FlushCost {
  if (ranges ? pages > MOST_BY_RANGE : pages >= MOST_SINGLES) return { singles: 0, ranges: 0, all: 1 };
  if (!ranges) return { singles: pages, ranges: 0, all: 0 };
  let left = pages;
  let count = 0;
  for (let scale = 3; scale >= 0 && left > 1; scale--) {
    const shift = 5 * scale + 1;
    const units = Math.min(Math.floor(left / 2 ** shift), 32);
    if (units === 0) continue;
    count++;
    left -= units * 2 ** shift;
  }
  return { singles: left, ranges: count, all: 0 };
}
