import type { Span } from '../engine.ts';

/** A sentence in pieces: names, addresses, levels and warnings look as they do elsewhere on the screen. */
export function Sentence({ spans }: { readonly spans: readonly Span[] }) {
  return (
    <>
      {spans.map((span, i) => (
        <span
          key={i}
          className={span.kind === 'level' ? `say-level of-${span.level}` : `say-${span.kind ?? 'words'}`}
        >
          {span.text}
        </span>
      ))}
    </>
  );
}
