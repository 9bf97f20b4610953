import type { ScenarioCall, ScenarioEfiRegion } from '../schema.ts';

/** `[type, physical address, pages of 4 KiB, attributes]` */
type Row = readonly [type: number, phys: string, pages: number, attr: string];

/** The runtime regions of the EFI memory map of the captured machine x4-4k-48, as its kernel log has them. */
const MAP: readonly Row[] = [
  [5, '0x7c440000', 128, '0x8000000000000008'],
  [6, '0x7c4c0000', 448, '0x8000000000000008'],
  [5, '0x7c680000', 176, '0x8000000000000008'],
  [5, '0x7fc00000', 400, '0x8000000000000008'],
  [6, '0x7fd90000', 592, '0x8000000000000008'],
  [11, '0x4000000', 16384, '0x8000000000000002'],
  [11, '0x9010000', 1, '0x8000000000000001'],
];

/** Its memory attributes table. */
const ATTRIBUTES: readonly Row[] = [
  [5, '0x7c440000', 16, '0x8000000000004000'],
  [5, '0x7c450000', 16, '0x8000000000020000'],
  [5, '0x7c460000', 48, '0x8000000000004000'],
  [5, '0x7c490000', 16, '0x8000000000020000'],
  [5, '0x7c4a0000', 32, '0x8000000000004000'],
  [6, '0x7c4c0000', 448, '0x8000000000004000'],
  [5, '0x7c680000', 16, '0x8000000000004000'],
  [5, '0x7c690000', 112, '0x8000000000020000'],
  [5, '0x7c700000', 48, '0x8000000000004000'],
  [5, '0x7fc00000', 32, '0x8000000000004000'],
  [5, '0x7fc20000', 16, '0x8000000000020000'],
  [5, '0x7fc30000', 48, '0x8000000000004000'],
  [5, '0x7fc60000', 16, '0x8000000000020000'],
  [5, '0x7fc70000', 64, '0x8000000000004000'],
  [5, '0x7fcb0000', 16, '0x8000000000020000'],
  [5, '0x7fcc0000', 64, '0x8000000000004000'],
  [5, '0x7fd00000', 16, '0x8000000000020000'],
  [5, '0x7fd10000', 64, '0x8000000000004000'],
  [5, '0x7fd50000', 16, '0x8000000000020000'],
  [5, '0x7fd60000', 48, '0x8000000000004000'],
  [6, '0x7fd90000', 592, '0x8000000000004000'],
];

const region = ([type, phys, pages, attr]: Row): ScenarioEfiRegion => ({ type, phys, pages, attr });

/** Builds efi_mm as that machine did when it booted. */
export const CAPTURED_EFI: ScenarioCall = {
  fn: 'efi_virtmap_init',
  regions: MAP.map(region),
  attributes: ATTRIBUTES.map(region),
};
