import * as v from 'valibot';

// The values that the parts of a scenario are made of.

export const hex = v.pipe(
  v.string(),
  v.regex(
    /^0x[0-9a-f]{1,16}$/,
    'is no 64-bit value: lower-case hex with 0x is wanted, as 0xffff000041e05000',
  ),
);
export const mm = v.picklist(['init_mm', 'efi_mm', 'user'], 'is no mm: init_mm, efi_mm or user');
export const count = (max: number, min = 0) =>
  v.pipe(
    v.number(),
    v.integer('must be a whole number'),
    v.minValue(min, min === 0 ? 'must not be negative' : `must be at least ${min}`),
    v.maxValue(max, `must be at most ${max}`),
  );
export const int = v.pipe(v.number(), v.integer('must be a whole number'));

export const lockSchema = v.strictObject({
  name: v.pipe(
    v.string(),
    v.regex(/^[a-z_]+(:(init_mm|efi_mm|user|\d{1,3}))?$/, 'is no lock: mmap:init_mm, mem_hotplug, …'),
  ),
  mode: v.picklist(['read', 'write'], 'is no lock mode: read or write'),
});

/** `int numpages`, `unsigned nr` */
export const numpages = count(2 ** 31 - 1);
export const nr = count(2 ** 32 - 1);
export const yesNo = v.boolean('must be true or false');
/** A VMA by its number in `memory.vmas`. */
export const vmaNumber = count(999);
/** A file that VMAs map, by number. */
export const fileNumber = count(99);
/** In pages of a file. */
export const pageOffset = count(2 ** 32);
