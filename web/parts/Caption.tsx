import type { Run, Step } from '../engine.ts';
import { tellingOf } from '../engine.ts';
import { useEntry } from '../state/library.ts';
import { later } from '../later.ts';
import { usePlayback } from '../state/playback.ts';
import { useView } from '../state/view.ts';
import { shortStep } from '../text/steps.ts';
import { firstSentence } from '../text/summary.ts';
import { ContextBadge } from './Context.tsx';
import { RunControl } from './RunControl.tsx';
import { Sentence } from './Sentence.tsx';
import { useLater } from './useLater.ts';
import { useNow } from './useScene.ts';

/** The sentence of the step: the caption, and what a screen reader announces (not while playing: it could not keep up). */
export function Caption() {
  const now = useNow();
  const playing = usePlayback((p) => p.playing);
  const scrubbing = useView((v) => v.scrubbing);
  const { run, step, world, libraryId } = now;
  const telling = useLater(later.telling, step !== undefined);
  return (
    <section className="caption" aria-label="What this step does">
      {step !== undefined && <ContextBadge ctx={step.ctx} />}
      <p
        className="sentence"
        data-brief={step !== undefined && telling === undefined ? '' : undefined}
        aria-live={playing || scrubbing ? 'off' : 'polite'}
        aria-atomic="true"
      >
        {step === undefined ? (
          <Before run={run} name={world.name} libraryId={libraryId} />
        ) : telling === undefined ? (
          shortStep(world.geo, step)
        ) : (
          <Sentence spans={telling.narrateRich(step, tellingOf(run))} />
        )}
      </p>
      <RunControl />
      {step !== undefined && <Where run={run} step={step} />}
    </section>
  );
}

function Before({
  run,
  name,
  libraryId,
}: {
  readonly run: Run;
  readonly name: string;
  readonly libraryId: string | undefined;
}) {
  const summary = useEntry(libraryId)?.summary;
  if (run.steps.length === 0)
    return <>These are the tables of {name}, to look at: walks run on arm64 tables only for now.</>;
  return <>{summary === undefined ? 'Before the first step.' : firstSentence(summary)}</>;
}

function Where({ run, step }: { readonly run: Run; readonly step: Step }) {
  const frames = run.stackAt(step.n);
  const names = frames
    .slice(0, 3)
    .map((f) => f.fn)
    .reverse();
  return (
    <span className="fn" title={frames.map((f) => `${f.fn}${f.at === '' ? '' : `  ${f.at}`}`).join('\n')}>
      <span className="outer">{names.slice(0, -1).map((name) => `${name} › `)}</span>
      {names.at(-1) ?? step.fn}
    </span>
  );
}
