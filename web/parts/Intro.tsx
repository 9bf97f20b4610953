import { onlyHere } from '../actions/worlds.ts';
import { openDialog } from '../actions/commands.ts';
import { useTour } from '../state/tour.ts';
import { useView } from '../state/view.ts';
import { Icon } from './Icon.tsx';
import { StepKey } from './StepKey.tsx';
import { Term } from './Term.tsx';
import { useScene } from './useScene.ts';

function lead(): void {
  void import('../tour/guide.ts').then((guide) => guide.startTour('first-walk'));
}

/** One line for who is here for the first time. */
export function Intro() {
  const seen = useView((v) => v.introSeen);
  const led = useTour((t) => t.tour !== undefined);
  const scene = useScene();
  // Who brings tables of their own knows what they are.
  if (seen || led || onlyHere(scene) || scene.run.steps.length === 0) return null;
  const { memory } = scene.scenario;
  const booted = 'capture' in memory || memory.from !== undefined;
  return (
    <aside className="intro" aria-label="Introduction">
      <p>
        These are page <Term word="table">tables</Term>{' '}
        {booted ? 'of a kernel that booted' : 'made for this scenario'}. <StepKey /> to go on, one{' '}
        <Term word="step" /> at a time, or{' '}
        <button type="button" className="plain" onClick={lead}>
          be led through a first walk
        </button>
        .{' '}
        <button type="button" className="plain" onClick={() => openDialog('help')}>
          What the words mean
        </button>
      </p>
      <button
        type="button"
        className="square quiet"
        aria-label="Close the introduction"
        onClick={() => useView.setState({ introSeen: true })}
      >
        <Icon name="close" />
      </button>
    </aside>
  );
}
