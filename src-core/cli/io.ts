/** Where a command writes and where relative paths start: the terminal's in life, a collector's in tests. */
export interface Io {
  /** Writes exactly this text to standard output; line ends included by the caller. */
  out(text: string): void;
  /** Writes exactly this text to standard error. */
  err(text: string): void;
  /** Folder that relative paths are resolved against. */
  readonly cwd: string;
  /** What `-` reads; standard input if there is none. */
  readonly stdin?: AsyncIterable<Uint8Array>;
}

/** The terminal's. */
export function terminalIo(): Io {
  return {
    out: (text) => process.stdout.write(text),
    err: (text) => process.stderr.write(text),
    cwd: process.cwd(),
  };
}
