import type { Result } from '../base/result.ts';
import { ok, problem } from '../base/result.ts';
import { U64 } from '../base/u64.ts';
import type { KernelConfig } from '../kernel/kernel.ts';
import type { ScenarioConfig } from './schema.ts';

/** Every field, and whether a scenario says it as hex. */
const FIELDS: Readonly<Record<keyof KernelConfig, 'as it is' | 'hex'>> = {
  bbml3: 'as it is',
  capsFinal: 'as it is',
  linearReq: 'as it is',
  rodataFull: 'as it is',
  debugPagealloc: 'as it is',
  kfenceDirect: 'as it is',
  realm: 'as it is',
  ptdumpDebugfs: 'as it is',
  bti: 'as it is',
  useNg: 'as it is',
  pageAlloc: 'as it is',
  onlineCpus: 'as it is',
  nrCpus: 'as it is',
  debugVm: 'as it is',
  zeroPage: 'hex',
  kfenceStart: 'hex',
  kfenceEnd: 'hex',
  physOffset: 'hex',
  arch: 'as it is',
  splitPte: 'as it is',
  splitPmd: 'as it is',
  spinlock: 'as it is',
  efiAsKernel: 'as it is',
  efiCtor: 'as it is',
  asyncFree: 'as it is',
  queuedWriters: 'as it is',
  ctorHook: 'as it is',
  highPte: 'as it is',
};
const KEYS = Object.keys(FIELDS) as (keyof KernelConfig)[];

/** A scenario's `config` as kernel functions ask for it: only the keys that are given. */
export function kernelConfig(config: ScenarioConfig = {}): Partial<KernelConfig> {
  return given((key) => {
    const value = config[key];
    return FIELDS[key] === 'hex' && typeof value === 'string' ? U64.hex(value) : value;
  });
}

/** The other way round: how the kernel of some tables was booted, as a scenario says it. */
export function scenarioConfig(config: Partial<KernelConfig> = {}): ScenarioConfig {
  return given((key) => {
    const value = config[key];
    return value instanceof U64 ? value.toHex() : value;
  });
}

function given<T>(valueOf: (key: keyof KernelConfig) => unknown): T {
  const values = KEYS.map((key) => [key, valueOf(key)] as const).filter(([, value]) => value !== undefined);
  return Object.fromEntries(values) as T;
}

/** What must be so between the keys. */
export function checkConfig(config: ScenarioConfig): Result<undefined> {
  const { kfenceStart, kfenceEnd } = config;
  if (kfenceStart === undefined && kfenceEnd === undefined) return ok(undefined);
  if (kfenceStart === undefined)
    return problem('config.kfenceStart', 'is missing: the KFENCE pool has two ends');
  if (kfenceEnd === undefined) return problem('config.kfenceEnd', 'is missing: the KFENCE pool has two ends');
  if (U64.hex(kfenceEnd).lt(U64.hex(kfenceStart)))
    return problem('config.kfenceEnd', 'lies below kfenceStart');
  return ok(undefined);
}
