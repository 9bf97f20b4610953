/** Names of functions and entries in running text: `pmd_leaf()`, `walk_pmd_range`, `PMD[15]`. */
const NAMES = /([a-z][a-z0-9]*(?:_[a-z0-9]+)+(?:\(\))?|[a-z][a-z0-9]*\(\)|P[A-Z0-9]+\[\d+\])/;

/** A text of a walkthrough, kernel names set apart. */
export function Prose({ text }: { readonly text: string }) {
  return text.split(NAMES).map((part, i) =>
    i % 2 === 0 ? (
      part
    ) : (
      <span key={i} className="mono">
        {part.split(/(?<=_)/).map((piece, j) => (
          <span key={j}>
            {j > 0 && <wbr />}
            {piece}
          </span>
        ))}
      </span>
    ),
  );
}
