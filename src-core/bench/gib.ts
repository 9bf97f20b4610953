import { parseArm64Geometry } from '../arch/arm64/geometry.ts';
import { upperHalf } from '../arch/geometry.ts';
import { U64 } from '../base/u64.ts';
import type { ListingRow } from '../memory/listing.ts';
import { loadListing } from '../memory/listing.ts';
import { PhysicalMemory } from '../memory/physical.ts';
import type { World } from '../scenario/world.ts';

const GIB = 0x40000000;
const FIRST_TABLE = 0x1000000000;

/** PTEs in a 1 GiB region. */
export const PTES = GIB / 4096;

/** One GiB of init_mm mapped by 4 KiB pages: one PUD, one PMD and 512 PTE tables, as the native measurement has it. */
export function gibWorld(): World {
  const geo = parseArm64Geometry('4k48');
  if (!geo.ok) throw new Error(geo.error.message);
  const base = upperHalf(geo.value);
  let tables = FIRST_TABLE;
  const pointer = (): string =>
    U64.from((tables += 4096))
      .or(U64.hex('0x1000000000000403'))
      .toHex();
  const rows: ListingRow[] = [
    ['init_mm', 0, base.toHex(), 1, pointer(), '0x0'],
    ['init_mm', 1, base.toHex(), 1, pointer(), '0x0'],
  ];
  for (let i = 0; i < 512; i++) {
    const va = base.plus(i * 0x200000).toHex();
    rows.push(['init_mm', 2, va, 1, pointer(), '0x0']);
    rows.push([
      'init_mm',
      3,
      va,
      512,
      U64.hex('0xe8000040000703')
        .plus(i * 0x200000)
        .toHex(),
      '0x1000',
    ]);
  }
  const memory = new PhysicalMemory();
  loadListing(memory, geo.value, [{ mm: 'init_mm', pgd: FIRST_TABLE, base }], rows);
  return {
    name: '1 GiB of pages',
    geo: geo.value,
    memory,
    mms: [{ name: 'init_mm', pgd: FIRST_TABLE, base }],
    markers: [],
    notes: [],
  };
}
