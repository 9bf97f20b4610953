import { describe, expect, it } from 'vitest';
import { U64 } from '../base/u64.ts';
import { checkConfig, kernelConfig, scenarioConfig } from './config.ts';
import type { ScenarioConfig } from './schema.ts';

const ALL: Required<ScenarioConfig> = {
  bbml3: false,
  capsFinal: true,
  linearReq: false,
  rodataFull: true,
  debugPagealloc: true,
  queuedWriters: true,
  kfenceDirect: false,
  realm: false,
  ptdumpDebugfs: false,
  bti: true,
  useNg: true,
  pageAlloc: false,
  onlineCpus: 2,
  nrCpus: 8,
  debugVm: true,
  zeroPage: '0x41000000',
  kfenceStart: '0xffff000041000000',
  kfenceEnd: '0xffff000041200000',
  arch: 'riscv',
  splitPte: true,
  splitPmd: false,
  spinlock: 'rt',
  efiAsKernel: true,
  efiCtor: false,
  asyncFree: true,
  ctorHook: 'write-protect',
  highPte: true,
  physOffset: '0x40000000',
};

describe('a scenario’s configuration', () => {
  it('is the kernel’s, with addresses as values', () => {
    expect(kernelConfig(ALL)).toEqual({
      ...ALL,
      zeroPage: U64.hex('0x41000000'),
      kfenceStart: U64.hex('0xffff000041000000'),
      kfenceEnd: U64.hex('0xffff000041200000'),
      physOffset: U64.hex('0x40000000'),
    });
    expect(kernelConfig({ bti: false, onlineCpus: undefined })).toStrictEqual({ bti: false });
    expect(kernelConfig(undefined)).toStrictEqual({});
  });

  it('goes there and back', () => {
    expect(scenarioConfig(kernelConfig(ALL))).toStrictEqual(ALL);
    expect(scenarioConfig(kernelConfig({ physOffset: '0x0' }))).toStrictEqual({ physOffset: '0x0' });
    expect(scenarioConfig(undefined)).toStrictEqual({});
  });

  it('has both ends of the KFENCE pool, in order', () => {
    const told = (config: ScenarioConfig): string => {
      const checked = checkConfig(config);
      return checked.ok ? 'ok' : `${checked.error.path}: ${checked.error.message}`;
    };
    expect(told(ALL)).toBe('ok');
    expect(told({})).toBe('ok');
    expect(told({ kfenceStart: '0x0', kfenceEnd: '0x0' })).toBe('ok');
    expect(told({ kfenceEnd: '0x1000' })).toContain('config.kfenceStart: is missing');
    expect(told({ kfenceStart: '0x1000' })).toContain('config.kfenceEnd: is missing');
    expect(told({ kfenceStart: '0x2000', kfenceEnd: '0x1000' })).toBe(
      'config.kfenceEnd: lies below kfenceStart',
    );
  });
});
