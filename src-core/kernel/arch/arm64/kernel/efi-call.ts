import { Lock, Unlock } from '../../../../step/op-lock.ts';
import { SwitchMm } from '../../../../step/op-key.ts';
import type { FnInfo, Walker } from '../../../../step/walker.ts';
import { kernelFunction } from '../../../../step/walker.ts';
import { efiVirtmapLoad, efiVirtmapUnload } from '../../../drivers/firmware/efi/arm-runtime.ts';
import type { Kernel } from '../../../kernel.ts';

/** arch/arm64/kernel/efi.c: before and after a call of the firmware. The caller holds efi_runtime_lock, which is not modelled. */

const info = (name: string, file = 'arch/arm64/kernel/efi.c'): FnInfo => ({ name, file, lines: {} });

/** A raw spinlock: what the firmware is called under may not sleep. */
const RT_LOCK = 'efi_rt_lock';

/** `kthread_use_mm()`: the thread has efi_mm as its own, also after it was preempted. */
const kthreadUseMm = kernelFunction(info('kthread_use_mm', 'kernel/kthread.c'), function* (): Walker<void> {
  yield* new SwitchMm('efi_mm');
});

/** `kthread_unuse_mm()` */
const kthreadUnuseMm = kernelFunction(
  info('kthread_unuse_mm', 'kernel/kthread.c'),
  function* (): Walker<void> {
    yield* new SwitchMm(null);
  },
);

function usesMm(k: Kernel, kthread: boolean): boolean {
  return kthread && k.rules.build.efiCall === 'kthread';
}

/** `arch_efi_call_virt_setup()`. `kthread`: a kernel thread that may be preempted calls. Answers 0: the kernel's returns nothing. */
export const archEfiCallVirtSetup = kernelFunction(
  info('arch_efi_call_virt_setup'),
  function* (k: Kernel, kthread: boolean): Walker<number> {
    if (usesMm(k, kthread)) yield* kthreadUseMm();
    else yield* efiVirtmapLoad();
    if (k.rules.build.efiCall === 'rt-lock') yield* new Lock(RT_LOCK, 'write');
    return 0;
  },
);

/** `arch_efi_call_virt_teardown()`, likewise. */
export const archEfiCallVirtTeardown = kernelFunction(
  info('arch_efi_call_virt_teardown'),
  function* (k: Kernel, kthread: boolean): Walker<number> {
    if (k.rules.build.efiCall === 'rt-lock') yield* new Unlock(RT_LOCK);
    if (usesMm(k, kthread)) yield* kthreadUnuseMm();
    else yield* efiVirtmapUnload();
    return 0;
  },
);
