import { accessedEntry } from '../derive/accessed.ts';
import type { EntryView } from '../derive/moment.ts';
import { entryAt, entryOf, isSlotStep, lastSlotStep, lastWalkStep } from '../derive/moment.ts';
import { later } from '../later.ts';
import { useEntry } from '../state/library.ts';
import { useView } from '../state/view.ts';
import { StepKey } from '../parts/StepKey.tsx';
import { Term } from '../parts/Term.tsx';
import { useLater } from '../parts/useLater.ts';
import { useNow } from '../parts/useScene.ts';
import { Card } from './Card.tsx';

/** The entry the inspector is about: the one selected, else the last one the steps touched. */
export function useShownEntry(): { readonly entry: EntryView | undefined; readonly selected: boolean } {
  const { run, world, cursor, step } = useNow();
  const selection = useView((v) => v.selection);
  // An ignored load may be of an entry beside the path: it is shown at its own step only.
  const slot = isSlotStep(step) ? step : (lastWalkStep(run, cursor) ?? lastSlotStep(run, cursor));
  const ref = selection ?? accessedEntry(run, world, step) ?? (slot && entryOf(slot));
  return { entry: ref && entryAt(run, world, cursor, ref), selected: selection !== undefined };
}

export function EntryCard() {
  const { run, step, libraryId } = useNow();
  const summary = useEntry(libraryId)?.summary;
  const { entry, selected } = useShownEntry();
  const facts = useLater(later.entry, entry !== undefined);
  if (entry === undefined) {
    return (
      <Card
        name="entry"
        title={step === undefined && run.steps.length > 0 ? 'Before the first step' : 'Entry'}
      >
        {step === undefined && summary !== undefined && <p className="about">{summary}</p>}
        <p className="empty">
          {run.steps.length === 0 ? (
            'Click an entry in the map to see its bits.'
          ) : (
            <>
              No <Term word="entry" /> has been read yet. <StepKey /> for the next step, or click an entry in
              the map to see its bits.
            </>
          )}
        </p>
      </Card>
    );
  }
  return facts === undefined ? (
    <Card name="entry" title="Entry">
      {null}
    </Card>
  ) : (
    <facts.EntryFacts entry={entry} selected={selected} />
  );
}
