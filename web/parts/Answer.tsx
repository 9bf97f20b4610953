import { goToAddress } from '../actions/goto.ts';
import { setFollow } from '../actions/transport.ts';
import { answerWords, didYouMean, lookUp } from '../derive/lookup.ts';
import { memoryAt } from '../derive/moment.ts';
import { useView } from '../state/view.ts';
import { Hex } from './Hex.tsx';
import { mmWord, Term } from './Term.tsx';
import { useNow } from './useScene.ts';

/** What the tables say about the address that was asked for. */
export function Answer() {
  const { run, world, cursor } = useNow();
  const asked = useView((v) => v.asked);
  if (asked === undefined) return null;
  const memory = memoryAt(run, cursor);
  const found = asked.mm && lookUp(world, memory, { mm: asked.mm, va: asked.va });
  const meant = didYouMean(world, memory, asked.va, found);
  return (
    <p className="answer" role="status">
      <Hex value={asked.va} digits={16} /> <span aria-hidden="true">→</span>{' '}
      {found === undefined ? (
        <b>nothing: {world.name} has no mm for the lower half of the addresses</b>
      ) : (
        <>
          <b>{answerWords(found)}</b>
          {found.mm !== 'init_mm' && (
            <>
              {', looked up in '}
              <Term word={mmWord(found.mm)}>{found.mm}</Term>
            </>
          )}
        </>
      )}
      {meant !== undefined && (
        <>
          {'. Did you mean '}
          <button type="button" className="plain" onClick={() => goToAddress(meant)}>
            <Hex value={meant} digits={16} />
          </button>
          {'?'}
        </>
      )}
      <button type="button" className="plain back" onClick={() => setFollow(true)}>
        Back to the walk
      </button>
    </p>
  );
}
