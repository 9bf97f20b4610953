import { U64 } from '../engine.ts';
import type { DraftVma } from '../derive/draft.ts';
import { Icon } from './Icon.tsx';
import { Wrong } from './FormRow.tsx';

/** VMAs of the user mm: as ranges of whole pages, in address order. */
export function VmaFields({
  vmas,
  wrong,
  change,
}: {
  readonly vmas: readonly DraftVma[];
  readonly wrong: (field: string) => string | undefined;
  readonly change: (vmas: readonly DraftVma[]) => void;
}) {
  const put = (i: number, part: Partial<DraftVma>): void =>
    change(vmas.map((vma, j) => (j === i ? { ...vma, ...part } : vma)));
  const last = vmas.at(-1);
  const add = (): void => {
    const start = (last && U64.parse(last.end)) ?? U64.hex('0x400000');
    const end = start.plus(0x200000);
    change([...vmas, { start: start.toHex(), end: end.toHex(), flags: [] }]);
  };
  return (
    <fieldset className="vmas">
      <legend>VMAs of the user mm</legend>
      {vmas.map((vma, i) => (
        <div className="vma" key={i} role="group" aria-label={`VMA ${i}`}>
          <span className="dim">{i}</span>
          {(['start', 'end'] as const).map((which) => (
            <input
              key={which}
              className="mono"
              aria-label={which === 'start' ? 'First address' : 'Address after the last'}
              value={vma[which]}
              spellCheck={false}
              onChange={(event) => put(i, { [which]: event.target.value.trim() })}
            />
          ))}
          <label title="Maps page frames without struct pages, which walks step over">
            <input
              type="checkbox"
              checked={vma.flags.includes('PFNMAP')}
              onChange={() =>
                put(i, {
                  flags: vma.flags.includes('PFNMAP')
                    ? vma.flags.filter((flag) => flag !== 'PFNMAP')
                    : [...vma.flags, 'PFNMAP'],
                })
              }
            />
            PFNMAP
          </label>
          <button
            type="button"
            className="square quiet"
            aria-label={`Remove VMA ${i}`}
            onClick={() => change(vmas.filter((_, j) => j !== i))}
          >
            <Icon name="close" />
          </button>
          <Wrong field={`vma${i}`} text={wrong(`vma${i}`)} />
        </div>
      ))}
      <button type="button" onClick={add}>
        Add a VMA
      </button>
    </fieldset>
  );
}
