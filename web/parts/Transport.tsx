import { nextSpeed, goFirst, goInteresting, goLast, stepBy, togglePlay } from '../actions/transport.ts';
import { stepContext } from '../actions/interleave.ts';
import { nextStepOf } from '../derive/interleave.ts';
import { usePlayback } from '../state/playback.ts';
import { contextLetter } from '../engine.ts';
import { ContextBadge } from './Context.tsx';
import { Icon } from './Icon.tsx';
import { useNow } from './useScene.ts';

const SPEED_TEXT: Readonly<Record<number, string>> = { 0.5: '½×', 1: '1×', 2: '2×', 4: '4×' };

export function Transport() {
  const { run, cursor } = useNow();
  const playing = usePlayback((p) => p.playing);
  const speed = usePlayback((p) => p.speed);
  const n = run.steps.length;
  const contexts = run.scenario.contexts.length;
  return (
    <div className="transport" role="group" aria-label="Steps">
      <div className="buttons">
        <button
          type="button"
          onClick={goFirst}
          disabled={cursor === 0}
          aria-label="First step"
          title="First step (Home)"
          className="far"
        >
          <Icon name="first" />
        </button>
        <button
          type="button"
          onClick={() => goInteresting(-1)}
          disabled={cursor === 0}
          aria-label="Previous interesting step"
          title="Previous interesting step (Shift ←): a store, callback, hole, lock, assertion or return"
          className="far"
        >
          <Icon name="previous" />
        </button>
        <button
          type="button"
          onClick={() => stepBy(-1)}
          disabled={cursor === 0}
          aria-label="Step back"
          title="Step back (←)"
        >
          <Icon name="back" />
        </button>
        <button
          type="button"
          onClick={togglePlay}
          disabled={n === 0}
          aria-label={playing ? 'Pause' : 'Play'}
          title={playing ? 'Pause (Space)' : 'Play (Space)'}
          className="play"
        >
          <Icon name={playing ? 'pause' : 'play'} />
        </button>
        <button
          type="button"
          onClick={() => stepBy(1)}
          disabled={cursor >= n}
          aria-label="Step forward"
          title="Step forward (→)"
        >
          <Icon name="forward" />
        </button>
        <button
          type="button"
          onClick={() => goInteresting(1)}
          disabled={cursor >= n}
          aria-label="Next interesting step"
          title="Next interesting step (Shift →): a store, callback, hole, lock, assertion or return"
        >
          <Icon name="next" />
        </button>
        <button
          type="button"
          onClick={goLast}
          disabled={cursor >= n}
          aria-label="Last step"
          title="Last step (End)"
          className="far"
        >
          <Icon name="last" />
        </button>
        {contexts > 1 &&
          Array.from({ length: contexts }, (_, ctx) => (
            <button
              key={ctx}
              type="button"
              className="phone-only step-context"
              onClick={() => stepContext(ctx)}
              aria-disabled={canStep(nextStepOf(run, ctx, cursor).kind) ? undefined : true}
              aria-label={`Step ${contextLetter(ctx)}`}
            >
              <ContextBadge ctx={ctx} />
            </button>
          ))}
      </div>
      <output className="count" aria-label={`Step ${cursor} of ${n}`}>
        <b>{cursor}</b> / {n}
      </output>
      <button
        type="button"
        className="plain speed"
        onClick={nextSpeed}
        title="Playing speed"
        aria-label={`Playing speed ${SPEED_TEXT[speed] ?? ''}`}
      >
        {SPEED_TEXT[speed]}
      </button>
    </div>
  );
}

function canStep(kind: 'along' | 'fork' | 'waits' | 'ended'): boolean {
  return kind === 'along' || kind === 'fork';
}
