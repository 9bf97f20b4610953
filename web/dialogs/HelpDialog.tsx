import { commands, openDialog } from '../actions/commands.ts';
import { MARK_NAMES } from '../timeline/marks.ts';
import { WORDS } from '../text/words.ts';
import { AboutCaptures } from '../parts/AboutCaptures.tsx';
import { Dialog } from './Dialog.tsx';

/** Every key, and what the words mean. */
export default function HelpDialog() {
  const keyed = commands().filter((c) => c.keys !== undefined);
  return (
    <Dialog title="Keys and words" className="help">
      <p>
        Pagewalk runs the Linux kernel’s page-table code on the tables of machines that booted, one memory or
        lock operation at a time. You can go forwards and back, look at every bit, and set up a walk of your
        own.{' '}
        <button type="button" className="plain" onClick={() => openDialog('model')}>
          What is modelled, and what vouches for it
        </button>
      </p>
      <div className="help-columns">
        <section aria-label="Keys">
          <h3>Keys</h3>
          <dl>
            {keyed.map((command) => (
              <div key={command.id}>
                <dt>
                  <kbd>{command.keys}</kbd>
                </dt>
                <dd>{command.label}</dd>
              </div>
            ))}
            <div>
              <dt>
                <kbd>1</kbd> … <kbd>9</kbd>
              </dt>
              <dd>Let that context go on next</dd>
            </div>
          </dl>
          <p className="dim">
            No key does anything while you type. In a table of the map the arrow keys go from entry to entry,
            with Shift they choose a range; a right click, a long press or C asks for kernel calls on it.
            Interesting steps are stores, {MARK_NAMES.callback}s, holes, locks, assertions and returns. The
            wheel zooms the timeline; with Shift it moves it. Of two revisions side by side, the arrows go
            from row to row, and with Shift from difference to difference. A digit answers the question of a
            walkthrough while one is open.
          </p>
        </section>
        <section aria-label="Words">
          <h3>Words</h3>
          <dl className="words">
            {Object.entries(WORDS).map(([word, meaning]) => (
              <div key={word}>
                <dt>{word}</dt>
                <dd>{meaning}</dd>
              </div>
            ))}
          </dl>
        </section>
      </div>
      <section aria-label="What is a capture?">
        <h3>What is a capture?</h3>
        <AboutCaptures />
      </section>
    </Dialog>
  );
}
