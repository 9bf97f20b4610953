import type { Finding } from '../engine.ts';
import { goTo } from '../actions/transport.ts';
import type { Scene } from '../state/session.ts';
import { number } from './number.ts';
import { openWitness } from './witness.ts';

/** What was found, each with the way to its witness. */
export function Findings({
  findings,
  scene,
}: {
  readonly findings: readonly Finding[];
  readonly scene: Scene;
}) {
  if (findings.length === 0) return null;
  return (
    <section aria-label="Findings">
      <h3>
        Findings <span className="dim">fewest switches first</span>
      </h3>
      <ol className="findings">
        {findings.map((finding) => (
          <FindingRow key={finding.text} finding={finding} scene={scene} />
        ))}
      </ol>
    </section>
  );
}

function FindingRow({ finding, scene }: { readonly finding: Finding; readonly scene: Scene }) {
  const { schedule, step } = finding;
  const here = schedule !== undefined && schedule === scene.schedule;
  return (
    <li>
      <p>
        {finding.text}
        <span className="dim">
          {' '}
          {finding.what}, {finding.switches} {finding.switches === 1 ? 'switch' : 'switches'} at the least
          {finding.traces > 0 && `, ${number(finding.traces)} ${finding.traces === 1 ? 'class' : 'classes'}`}
        </span>
      </p>
      {schedule !== undefined && step !== undefined && (
        <button
          type="button"
          aria-label={`${here ? `Step ${step}` : 'Open'}: ${finding.text}`}
          onClick={() => (here ? goTo(step) : void openWitness(scene, schedule, step))}
        >
          {here ? `Step ${step}` : 'Open'}
        </button>
      )}
    </li>
  );
}
