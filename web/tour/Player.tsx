import { findLibraryEntry } from '../engine.ts';
import type { Look, Walkthrough } from '../engine.ts';
import { openCompare } from '../actions/compare.ts';
import { openQuestion, stopOf, whereabouts } from '../derive/tour.ts';
import { Icon } from '../parts/Icon.tsx';
import { useNow } from '../parts/useScene.ts';
import type { Tour } from '../state/tour.ts';
import { useTour } from '../state/tour.ts';
import type { CardName } from '../state/view.ts';
import { CARDS } from '../state/view.ts';
import { backToStop, breakIt, leaveTour, nextStop, previousStop, showCard, startTour } from './guide.ts';
import { WALKTHROUGHS } from './contents.ts';
import { Prose } from './Prose.tsx';
import { OpenQuestion, Outcome } from './Question.tsx';
import { announcement } from './words.ts';

/** The walkthrough under way: what to see at its stop, a question at times, and the way on. */
export default function Player() {
  const tour = useTour((t) => t.tour);
  return tour === undefined ? null : <Shown tour={tour} />;
}

function Shown({ tour }: { readonly tour: Tour }) {
  const now = useNow();
  const { walkthrough, at } = tour;
  const scene = tour.scene.run === now.run ? tour.scene : undefined;
  const where = whereabouts(tour, scene, now.cursor);
  const stop = stopOf(tour);
  const count = walkthrough.stops.length;
  const asked = openQuestion(tour);
  if (stop === undefined) return null;
  return (
    <section className="player" aria-label="Walkthrough" data-where={where}>
      <header>
        <span className="progress">
          Stop <b>{at + 1}</b> of {count}
        </span>
        <span className="ways">
          <button
            type="button"
            className="square"
            onClick={previousStop}
            disabled={at === 0}
            aria-label="Previous stop"
            aria-keyshortcuts="P"
            title="Previous stop (P)"
          >
            <Icon name="back" />
          </button>
          <button
            type="button"
            className="main"
            onClick={nextStop}
            disabled={at + 1 === count && asked === undefined}
            aria-keyshortcuts="N"
            title={asked === undefined ? 'Next stop (N)' : 'Show the answer (N)'}
          >
            {asked === undefined ? 'Next' : 'Show'}
            <span className="sr"> {asked === undefined ? 'stop' : 'the answer'}</span>
            <kbd className="by-key" aria-hidden="true">
              N
            </kbd>
          </button>
          <button
            type="button"
            className="square quiet"
            onClick={leaveTour}
            aria-label="Leave the walkthrough"
            title="Leave the walkthrough"
          >
            <Icon name="close" />
          </button>
        </span>
      </header>
      <div className="stops" aria-hidden="true">
        {walkthrough.stops.map(({ id }, i) => (
          <span key={id} className={i < at ? 'past' : i === at ? 'at' : ''} />
        ))}
      </div>
      {where === 'elsewhere' ? (
        <p className="astray">
          This is another run than the walkthrough’s, “{titleOf(walkthrough)}”.{' '}
          <button type="button" onClick={backToStop}>
            Back to the stop
          </button>
        </p>
      ) : (
        <div className="stop-body" key={`${stop.id} ${asked === undefined ? '' : '?'}`}>
          {asked === undefined ? (
            <>
              <Outcome tour={tour} />
              <h2 tabIndex={-1} className="stop-heading">
                {stop.heading}
              </h2>
              <p className="stop-text">
                <Prose text={stop.text} />
              </p>
              <Pointers look={stop.look} />
            </>
          ) : (
            <OpenQuestion key={stop.id} question={asked} />
          )}
          {where === 'away' && (
            <p className="astray">
              <button type="button" onClick={backToStop}>
                Back to the stop
              </button>{' '}
              <span className="dim">
                it is at step {tour.steps[at] ?? 0}, you are at {now.cursor}
              </span>
            </p>
          )}
          {at + 1 === count && asked === undefined && <Onward walkthrough={walkthrough} />}
        </div>
      )}
      <p className="sr" role="status">
        {where === 'elsewhere' ? '' : announcement(tour)}
      </p>
    </section>
  );
}

/** After the last stop: the change that makes it fail, and the walkthrough that follows. */
function Onward({ walkthrough }: { readonly walkthrough: Walkthrough }) {
  const { breakIt: broken, compareWith } = walkthrough;
  const following = WALKTHROUGHS[WALKTHROUGHS.indexOf(walkthrough) + 1];
  return (
    <>
      {broken !== undefined && (
        <div className="onward">
          <h3>Break it yourself</h3>
          <p>
            <Prose text={broken.says} />
          </p>
          <button type="button" onClick={() => void breakIt()}>
            Break it
          </button>
        </div>
      )}
      {compareWith !== undefined && (
        <div className="onward">
          <h3>Beside another revision</h3>
          <button type="button" onClick={() => openCompare(compareWith)}>
            Compare with {compareWith}
          </button>
        </div>
      )}
      {following !== undefined && (
        <div className="onward">
          <button type="button" onClick={() => void startTour(following.id)}>
            Next: {titleOf(following)}
          </button>
        </div>
      )}
    </>
  );
}

function titleOf(walkthrough: Walkthrough): string {
  return walkthrough.title ?? findLibraryEntry(walkthrough.library)?.title ?? '';
}

const PART: Readonly<Record<Look, string>> = {
  address: 'Address',
  map: 'Map',
  entry: 'Entry',
  table: 'Table',
  locks: 'Locks',
  tlb: 'TLBs',
  ledger: 'Ledger',
  stack: 'Stack',
  counters: 'Counters',
  caption: 'Caption',
  timeline: 'Timeline',
  revisions: 'Revisions',
};

const SELECTOR: Readonly<Record<Exclude<Look, CardName>, string>> = {
  address: '.address',
  map: '.map-pane',
  caption: '.caption',
  timeline: '.timeline',
  revisions: '.revision-bar',
};

/** What to look at, in words; each brings its part into view. */
function Pointers({ look }: { readonly look: readonly Look[] }) {
  const go = (part: Look): void => {
    const card = CARDS.find((c) => c === part);
    if (card !== undefined) {
      showCard(card);
      document.querySelector('.inspector')?.scrollIntoView({ block: 'nearest' });
    } else
      document.querySelector(SELECTOR[part as Exclude<Look, CardName>])?.scrollIntoView({ block: 'nearest' });
  };
  return (
    <p className="pointers">
      <span className="dim">Look at</span>
      {look.map((part) => (
        <button key={part} type="button" className="plain" onClick={() => go(part)}>
          {PART[part]}
        </button>
      ))}
    </p>
  );
}
