import { ok, problem } from '../engine.ts';
import type { Result } from '../engine.ts';

/** The most that an import may unpack to, in bytes. */
export const MAX_BYTES = 64 * 1024 * 1024;

export interface ReadOptions {
  readonly signal?: AbortSignal;
  /** Told how many bytes there are so far. */
  readonly progress?: (bytes: number) => void;
}

class TooLarge extends Error {}

/** Everything a stream gives. Rejects when it is aborted, or above MAX_BYTES. */
export async function readBytes(
  stream: ReadableStream<Uint8Array> | null,
  options: ReadOptions = {},
): Promise<Uint8Array> {
  if (stream === null) return new Uint8Array();
  const reader = stream.getReader();
  const stop = (): void => void reader.cancel().catch(() => undefined);
  options.signal?.addEventListener('abort', stop);
  try {
    const chunks: Uint8Array[] = [];
    let length = 0;
    for (;;) {
      const { done, value } = await reader.read();
      options.signal?.throwIfAborted();
      if (done) break;
      chunks.push(value);
      length += value.length;
      if (length > MAX_BYTES) {
        stop();
        throw new TooLarge();
      }
      options.progress?.(length);
    }
    const all = new Uint8Array(length);
    let at = 0;
    for (const chunk of chunks) {
      all.set(chunk, at);
      at += chunk.length;
    }
    return all;
  } finally {
    options.signal?.removeEventListener('abort', stop);
  }
}

/** Unpacks gzip; gives other bytes back as they are (a server may have unpacked them already). */
export async function unpack(bytes: Uint8Array, options: ReadOptions = {}): Promise<Result<Uint8Array>> {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return ok(bytes);
  try {
    const stream = new Blob([new Uint8Array(bytes)]).stream().pipeThrough(new DecompressionStream('gzip'));
    return ok(await readBytes(stream, options));
  } catch (error) {
    if (options.signal?.aborted === true) return problem('', 'The import was stopped.');
    if (error instanceof TooLarge)
      return problem(
        '',
        `It unpacks to more than ${MAX_BYTES / 1048576} MiB, which is more than the page takes.`,
      );
    return problem('', 'Its gzip data is damaged or cut short.');
  }
}
