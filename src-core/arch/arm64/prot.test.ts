import { describe, expect, it } from 'vitest';
import type { U64 } from '../../base/u64.ts';
import {
  TABLE_PROTECTIONS,
  asBlock,
  efiProtections,
  kernelProtections,
  userProtections,
  withAttrIndx,
} from './prot.ts';
import { PTE_CONT } from './bits.ts';

/** Name, nG=0, nG=1 (KPTI), LPA2 with nG=0: computed from the source's constants. */
const KERNEL: readonly (readonly [string, string, string, string])[] = [
  ['PAGE_KERNEL', '00e8000000000703', '00e8000000000f03', '00e8000000000403'],
  ['PAGE_KERNEL_RO', '00e0000000000783', '00e0000000000f83', '00e0000000000483'],
  ['PAGE_KERNEL_ROX', '00c0000000000783', '00c0000000000f83', '00c0000000000483'],
  ['PAGE_KERNEL_EXEC', '00c8000000000703', '00c8000000000f03', '00c8000000000403'],
  ['PAGE_KERNEL_EXEC_CONT', '00d8000000000703', '00d8000000000f03', '00d8000000000403'],
  ['PAGE_KERNEL_TAGGED', '00e8000000000707', '00e8000000000f07', '00e8000000000407'],
  ['PAGE_KERNEL_TAGGED block', '00e8000000000705', '00e8000000000f05', '00e8000000000405'],
  ['PAGE_KERNEL_TAGGED block cont', '00f8000000000705', '00f8000000000f05', '00f8000000000405'],
  ['PAGE_KERNEL_TAGGED cont', '00f8000000000707', '00f8000000000f07', '00f8000000000407'],
  ['PAGE_KERNEL_RO block', '00e0000000000781', '00e0000000000f81', '00e0000000000481'],
  ['PAGE_KERNEL_ROX block', '00c0000000000781', '00c0000000000f81', '00c0000000000481'],
  ['PAGE_KERNEL_ROX_GP', '00c4000000000783', '00c4000000000f83', '00c4000000000483'],
  ['PAGE_KERNEL_ROX_CONT', '00d0000000000783', '00d0000000000f83', '00d0000000000483'],
  ['PROT_DEFAULT', '0000000000000703', '0000000000000f03', '0000000000000403'],
  ['PROT_SECT_DEFAULT', '0000000000000701', '0000000000000f01', '0000000000000401'],
  ['PROT_NORMAL', '0068000000000703', '0068000000000f03', '0068000000000403'],
  ['PROT_NORMAL_TAGGED', '0068000000000707', '0068000000000f07', '0068000000000407'],
  ['PROT_NORMAL_NC', '006800000000070b', '0068000000000f0b', '006800000000040b'],
  ['PROT_DEVICE_nGnRE', '0068000000000713', '0068000000000f13', '0068000000000413'],
  ['PROT_DEVICE_nGnRnE', '006800000000070f', '0068000000000f0f', '006800000000040f'],
  ['PROT_SECT_NORMAL', '0068000000000701', '0068000000000f01', '0068000000000401'],
  ['PROT_SECT_NORMAL_EXEC', '0040000000000701', '0040000000000f01', '0040000000000401'],
  ['PROT_SECT_DEVICE_nGnRE', '0060000000000711', '0060000000000f11', '0060000000000411'],
];

const EFI: readonly (readonly [string, string, string])[] = [
  ['PAGE_KERNEL', '00e8000000000f03', '00e8000000000c03'],
  ['PAGE_KERNEL_RO', '00e0000000000f83', '00e0000000000c83'],
  ['PAGE_KERNEL_ROX', '00c0000000000f83', '00c0000000000c83'],
  ['PAGE_KERNEL_EXEC', '00c8000000000f03', '00c8000000000c03'],
  ['PROT_DEVICE_nGnRE', '0068000000000f13', '0068000000000c13'],
];

const USER: readonly (readonly [string, string])[] = [
  ['PAGE_SHARED', '0068000000000fc3'],
  ['PAGE_READONLY', '0060000000000fc3'],
  ['PAGE_SHARED_EXEC', '0028000000000fc3'],
  ['PAGE_READONLY_EXEC', '0020000000000fc3'],
  ['PAGE_EXECONLY', '0020000000000f83'],
  ['PAGE_NONE', '0060000000000f82'],
];

/** `NAME block cont`: a constant with the modifiers the table has it with. */
function pick(set: Readonly<Record<string, U64>>, words: string): string {
  const [name = '', ...modifiers] = words.split(' ');
  let value = set[name];
  if (value === undefined) throw new Error(`no constant ${name}`);
  if (modifiers.includes('block')) value = asBlock(value);
  if (modifiers.includes('cont')) value = value.or(PTE_CONT);
  return value.toHex16();
}

describe('protection constants', () => {
  it.each(KERNEL)('%s', (name, global, ng, lpa2) => {
    expect(pick(kernelProtections({ ng: false, lpa2: false }), name)).toBe(global);
    expect(pick(kernelProtections({ ng: true, lpa2: false }), name)).toBe(ng);
    expect(pick(kernelProtections({ ng: false, lpa2: true }), name)).toBe(lpa2);
  });

  it.each(EFI)('efi_mm: %s', (name, value, lpa2) => {
    expect(pick(efiProtections({ ng: false, lpa2: false }), name)).toBe(value);
    expect(pick(efiProtections({ ng: false, lpa2: true }), name)).toBe(lpa2);
  });

  it.each(USER)('user: %s', (name, value) => {
    expect(pick(userProtections({ lpa2: false }), name)).toBe(value);
  });

  it('covers every kernel and user constant there is', () => {
    const named = new Set(KERNEL.map(([name]) => name.split(' ')[0]));
    expect(Object.keys(kernelProtections({ ng: false, lpa2: false })).filter((k) => !named.has(k))).toEqual(
      [],
    );
    expect(Object.keys(userProtections({ lpa2: false }))).toEqual(USER.map(([name]) => name));
  });

  it('has the table descriptors', () => {
    const hex = Object.fromEntries(Object.entries(TABLE_PROTECTIONS).map(([k, v]) => [k, v.toHex16()]));
    expect(hex).toEqual({
      noExec: '1800000000000403',
      kernel: '1000000000000403',
      image: '1000000000000003',
      fixmap: '0000000000000403',
      user: '0800000000000403',
      noExec612: '1800000000000003',
    });
  });

  it('replaces the memory type and nothing else', () => {
    const { PROT_NORMAL_NC, PROT_DEVICE_nGnRE } = kernelProtections({ ng: false, lpa2: false });
    expect(withAttrIndx(PROT_NORMAL_NC, 4).toHex()).toBe(PROT_DEVICE_nGnRE.toHex());
  });
});
