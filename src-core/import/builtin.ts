/** A capture that comes with the page, under public/. */
export interface BuiltinCapture {
  readonly name: string;
  /** One line for a list. */
  readonly title: string;
  /** Paths relative to the page. */
  readonly tables: string;
  readonly meta: string;
  /** Bytes to fetch for both. */
  readonly bytes: number;
}

/** The same list as public/captures/index.json. The first is the default scene. */
export const BUILTIN_CAPTURES: readonly BuiltinCapture[] = [
  {
    name: 'x4-4k-48',
    title:
      'arm64 Linux 7.2.13, 4K pages, 48-bit addresses: blocks, contiguous groups, a linear map that is split live',
    tables: 'captures/x4-4k-48/tables.bin.gz',
    meta: 'captures/x4-4k-48/meta.json',
    bytes: 21683,
  },
];

/** The built-in capture of this name. */
export function builtinCapture(name: string): BuiltinCapture | undefined {
  return BUILTIN_CAPTURES.find((c) => c.name === name);
}
