import { Icon } from '../parts/Icon.tsx';
import { useNow } from '../parts/useScene.ts';
import { useView } from '../state/view.ts';
import { wholeRun, zoom } from './scale.ts';

/** Zooms the timeline about the cursor; shown only for runs that need it. */
export function ZoomButtons() {
  const { run, cursor } = useNow();
  const span = useView((v) => v.span);
  const n = run.steps.length;
  if (n <= 40) return null;
  const by = (factor: number): void =>
    useView.setState({ span: zoom(span ?? wholeRun(n), cursor, factor, n) });
  return (
    <div className="zoom-buttons" role="group" aria-label="Zoom of the timeline">
      <button
        type="button"
        className="square quiet"
        onClick={() => by(2)}
        disabled={span === undefined}
        aria-label="Zoom out"
        title="Zoom out"
      >
        <Icon name="minus" />
      </button>
      <button
        type="button"
        className="square quiet"
        onClick={() => by(0.5)}
        aria-label="Zoom in"
        title="Zoom in (wheel)"
      >
        <Icon name="plus" />
      </button>
      <button
        type="button"
        className="square quiet"
        onClick={() => useView.setState({ span: undefined })}
        disabled={span === undefined}
        aria-label="Show the whole run"
        title="Show the whole run"
      >
        <Icon name="fit" />
      </button>
    </div>
  );
}
