import { describe, expect, it } from 'vitest';
import { parseArm64Geometry } from '../../../../arch/arm64/geometry.ts';
import type { Kernel } from '../../../kernel.ts';
import type { LinearMapChoice } from './split-at-boot.ts';
import { forcePteMapping, linearMapRequiresBbml3, pageEnd } from './split-at-boot.ts';

const OFF: LinearMapChoice = {
  bbml3: false,
  debugPagealloc: false,
  rodataFull: false,
  kfenceDirect: false,
  realm: false,
};

describe('what the linear map is made of at boot', () => {
  it.each([
    ['A: debug_pagealloc', { debugPagealloc: true, bbml3: true, rodataFull: true }, true, false],
    ['B: BBML3 and rodata=full', { bbml3: true, rodataFull: true }, false, true],
    ['B: BBML3 and a late KFENCE', { bbml3: true, kfenceDirect: true }, false, true],
    ['B: BBML3 in a realm', { bbml3: true, realm: true }, false, true],
    ['C: BBML3, nothing that changes single pages', { bbml3: true }, false, false],
    ['D: no BBML3 and rodata=full', { rodataFull: true }, true, false],
    ['D: no BBML3 and a late KFENCE', { kfenceDirect: true }, true, false],
    ['D: no BBML3 in a realm', { realm: true }, true, false],
    ['E: no BBML3, nothing that changes single pages', {}, false, false],
  ] as const)('%s', (_, options, pages, requires) => {
    const choice = { ...OFF, ...options };
    expect([forcePteMapping(choice), linearMapRequiresBbml3(choice)]).toEqual([pages, requires]);
  });
});

describe('the end of the linear map', () => {
  it.each([
    ['4k39', '0xffffffc000000000'],
    ['4k48', '0xffff800000000000'],
    ['4k52', '0xffff800000000000'],
    ['16k52', '0xffffc00000000000'],
    ['64k52', '0xffff800000000000'],
    ['64k42', '0xfffffe0000000000'],
  ])('%s', (id, end) => {
    const geo = parseArm64Geometry(id);
    if (!geo.ok) throw new Error(geo.error.message);
    expect(pageEnd({ geo: geo.value } as Kernel).toHex()).toBe(end);
  });
});
