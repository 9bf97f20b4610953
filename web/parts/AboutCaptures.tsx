/** What a capture is, in three sentences: for the import dialog and the help. */
export function AboutCaptures() {
  return (
    <p className="about-captures">
      A capture is every page table of a kernel as raw 64-bit entries, read out of a machine while it stood
      still. <b>tables.bin</b> (or tables.bin.gz) begins with “PTTABS1” and the geometry; then comes table
      after table of init_mm and efi_mm, each with its level, its physical address and the first address it
      translates, and after that its entries. <b>meta.json</b> beside it names the kernel, the processor and
      the regions of the address space, and may be missing.
    </p>
  );
}
