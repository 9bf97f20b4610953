/** On while a dump is in progress, in the kernels that have it: then whoever frees a kernel table waits for the dump to end. */
export const PTDUMP_KEY = 'arm64_ptdump_lock_key';
