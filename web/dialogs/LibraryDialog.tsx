import { CHAPTERS, LIBRARY } from '../engine.ts';
import type { LibraryEntry, Walkthrough } from '../engine.ts';
import { openLibrary } from '../actions/scene.ts';
import { useSession } from '../state/session.ts';
import { useTour } from '../state/tour.ts';
import { useView } from '../state/view.ts';
import { WALKTHROUGHS } from '../tour/contents.ts';
import { startTour } from '../tour/guide.ts';
import { RunPicture } from '../tour/RunPicture.tsx';
import { Dialog } from './Dialog.tsx';

interface Item {
  readonly entry: LibraryEntry;
  readonly walkthrough: Walkthrough | undefined;
}

/** Every walkthrough, and the entries that have none. */
function itemsOf(chapter: number): readonly Item[] {
  return LIBRARY.filter((entry) => entry.chapter === chapter).flatMap((entry): Item[] => {
    const own = WALKTHROUGHS.filter((w) => w.library === entry.id);
    return own.length === 0
      ? [{ entry, walkthrough: undefined }]
      : own.map((walkthrough) => ({ entry, walkthrough }));
  });
}

function open(run: () => Promise<unknown>): void {
  useView.setState({ dialog: undefined });
  // After the dialog has given the focus back.
  requestAnimationFrame(() => void run());
}

/** The library: by chapter, what there is to be led through and what to look at on one's own. */
export default function LibraryDialog() {
  const toured = useTour((t) => t.toured);
  const chapters = CHAPTERS.map((title, i) => ({ title, n: i + 1, items: itemsOf(i + 1) })).filter(
    ({ items }) => items.length > 0,
  );
  return (
    <Dialog title="Library" className="library">
      <p className="dim">
        A walkthrough leads you through a run, stop by stop, and asks a question now and then. You can leave
        it and come back at any time.
      </p>
      <p className="library-chapters" role="group" aria-label="Chapters">
        {chapters.map(({ title, n, items }) => {
          const led = items.filter(({ walkthrough }) => walkthrough !== undefined);
          const seen = led.filter(({ walkthrough }) => toured.includes(walkthrough?.id ?? '')).length;
          return (
            <button
              key={n}
              type="button"
              onClick={() => document.getElementById(`chapter-${n}`)?.scrollIntoView({ block: 'start' })}
            >
              {n} {title}
              {led.length > 0 && (
                <span className="dim">
                  {' '}
                  {seen}/{led.length}
                </span>
              )}
            </button>
          );
        })}
      </p>
      {chapters.map(({ title, n, items }) => (
        <section key={n} id={`chapter-${n}`} aria-label={title}>
          <h3>
            <span className="n">{n}</span> {title}
          </h3>
          <ul className="cards">
            {items.map((item) => (
              <LibraryCard key={item.walkthrough?.id ?? item.entry.id} {...item} />
            ))}
          </ul>
        </section>
      ))}
    </Dialog>
  );
}

function LibraryCard({ entry, walkthrough }: Item) {
  const here = useSession((s) => s.scene?.libraryId === entry.id);
  const under = useTour((t) => t.tour?.walkthrough === walkthrough && walkthrough !== undefined);
  const done = useTour((t) => walkthrough !== undefined && t.toured.includes(walkthrough.id));
  const title = walkthrough?.title ?? entry.title;
  return (
    <li className="library-card" data-here={here ? '' : undefined}>
      <RunPicture entry={entry} walkthrough={walkthrough} />
      <div className="about">
        <h4>{title}</h4>
        <p>{entry.summary}</p>
        <p className="facts dim">
          {walkthrough !== undefined && <span>{walkthrough.stops.length} stops</span>}
          {done && <span>✓ walked through</span>}
          {here && <span>{under ? 'under way' : 'on the screen'}</span>}
          {walkthrough !== undefined && walkthrough.claims.length > 0 && (
            <span title="Statements about the kernel that it shows; pagewalk claims checks each of them.">
              {walkthrough.claims.length === 1 ? 'claim' : 'claims'} {walkthrough.claims.join(', ')}
            </span>
          )}
        </p>
      </div>
      <div className="library-buttons">
        {walkthrough !== undefined && (
          <button
            type="button"
            className="main"
            aria-label={`${under ? 'Begin again' : 'Start'}: ${title}`}
            onClick={() => open(() => startTour(walkthrough.id))}
          >
            {under ? 'Begin again' : 'Start'}
          </button>
        )}
        <button
          type="button"
          aria-label={`Open without stops: ${title}`}
          onClick={() => open(() => openLibrary(entry.id))}
        >
          Open
        </button>
      </div>
    </li>
  );
}
