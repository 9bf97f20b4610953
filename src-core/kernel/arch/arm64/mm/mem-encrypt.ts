import { upperHalf } from '../../../../arch/geometry.ts';
import { PTE_PRESENT_INVALID } from '../../../../arch/arm64/bits.ts';
import { U64 } from '../../../../base/u64.ts';
import { Warn } from '../../../../step/op-walk.ts';
import type { KernelCall, Walker } from '../../../../step/walker.ts';
import { kernelFunction } from '../../../../step/walker.ts';
import type { Kernel } from '../../../kernel.ts';
import { EINVAL } from '../../../kernel.ts';
import { phys } from '../include/asm/set_pte.ts';
import { changeMemoryRange, presentValidKernel } from './pageattr.ts';
import { pageEnd } from './split-at-boot.ts';

/**
 * arch/arm64/mm/mem_encrypt.c and the realm part of pageattr.c (v7.3): sharing memory of the linear map with the host of a Realm, and
 * taking it back.
 */

/** A Realm whose guest-physical addresses have 48 bits: the highest one says shared (`PROT_NS_SHARED`). */
const IPA_BITS = 48;

function protNsShared(k: Kernel): U64 {
  return phys(k, U64.bit(IPA_BITS - 1));
}

/** `__is_lm_address()` */
function isLinearAddress(k: Kernel, addr: U64): boolean {
  return upperHalf(k.geo).le(addr) && addr.lt(pageEnd(k));
}

/**
 * `__set_memory_enc_dec()`: the mapping is taken away with the new sharing in it, and flushed; the Realm's monitor is told; then it is
 * made valid. What fails in between leaves the memory without a mapping. `fails`: the monitor refuses.
 */
const setMemoryEncDec = kernelFunction(
  { name: '__set_memory_enc_dec', file: 'arch/arm64/mm/pageattr.c', lines: { 'v7.3': 278 } },
  function* (k: Kernel, addr: U64, numpages: number, encrypt: boolean, fails: boolean): Walker<number> {
    if (!k.config.realm) return 0;
    if (!isLinearAddress(k, addr)) return -EINVAL;
    const size = U64.from(numpages).shl(k.geo.pageShift);
    const shared = protNsShared(k);
    const valid = presentValidKernel(k);
    const ret = yield* changeMemoryRange(
      k,
      addr,
      size,
      encrypt ? PTE_PRESENT_INVALID : PTE_PRESENT_INVALID.or(shared),
      encrypt ? valid.or(shared) : valid,
    );
    if (ret !== 0) return ret;
    if (fails) return -EINVAL;
    return yield* changeMemoryRange(k, addr, size, valid, PTE_PRESENT_INVALID);
  },
);

const realmSetMemory = (name: string, encrypt: boolean) =>
  kernelFunction(
    { name, file: 'arch/arm64/mm/pageattr.c', lines: {} },
    function* (k: Kernel, addr: U64, numpages: number, fails: boolean): Walker<number> {
      const ret = yield* setMemoryEncDec(k, addr, numpages, encrypt, fails);
      // The caller can only leak the memory now.
      if (ret !== 0) yield* new Warn();
      return ret;
    },
  );

const realmSetMemoryEncrypted = realmSetMemory('realm_set_memory_encrypted', true);
const realmSetMemoryDecrypted = realmSetMemory('realm_set_memory_decrypted', false);

const wrapper = (
  name: string,
  realm: typeof realmSetMemoryEncrypted,
): ((k: Kernel, addr: U64, numpages: number, fails: boolean) => KernelCall<number>) =>
  kernelFunction(
    { name, file: 'arch/arm64/mm/mem_encrypt.c', lines: {} },
    function* (k: Kernel, addr: U64, numpages: number, fails: boolean): Walker<number> {
      // Outside a Realm nothing is registered that could do it.
      if (!k.config.realm) return 0;
      if (addr.intersects(U64.mask(k.geo.pageShift))) {
        yield* new Warn();
        return 0;
      }
      return yield* realm(k, addr, numpages, fails);
    },
  );

/** `set_memory_encrypted()`: the memory is the Realm's alone again. */
export const setMemoryEncrypted = wrapper('set_memory_encrypted', realmSetMemoryEncrypted);
/** `set_memory_decrypted()`: the host may see the memory. */
export const setMemoryDecrypted = wrapper('set_memory_decrypted', realmSetMemoryDecrypted);
