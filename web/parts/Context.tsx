import { contextLetter } from '../engine.ts';

/** The badge of a context: the first is filled, the others are outlined; no hue, those are taken. */
export function ContextBadge({ ctx }: { readonly ctx: number }) {
  return (
    <span className={ctx === 0 ? 'ctx filled' : 'ctx'} title={`context ${contextLetter(ctx)}`}>
      {contextLetter(ctx)}
    </span>
  );
}
