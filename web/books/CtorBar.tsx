import { useState } from 'react';
import type { Revision, Run, Scenario, ScenarioConfig } from '../engine.ts';
import { ARCHES, ctorChanges, findRevision, REVISIONS } from '../engine.ts';
import { applyEdit, changeRevision } from '../actions/scene.ts';
import { correspondingStep } from '../derive/corresponding.ts';
import { useNow } from '../parts/useScene.ts';
import { FailChoice } from './FailChoice.tsx';
import { sentence } from '../text/problems.ts';

const PATCHES = REVISIONS.filter((r) => r.kind === 'patch');

/**
 * Under the revision bar, where the scenario makes or frees tables: what the revision does to constructors, what each of the eleven
 * patches does, and the two choices beside it: the architecture whose allocators run, and efi_mm as a kernel mm.
 */
export function CtorBar() {
  const { run, scenario, fold, schedule, cursor } = useNow();
  const [refused, setRefused] = useState<string | undefined>();
  const config = scenario.config ?? {};
  const change = (key: 'arch' | 'efiAsKernel', value: string | boolean | undefined): void => {
    const { [key]: _, ...rest } = config;
    const changed = { ...rest, ...(value === undefined ? {} : { [key]: value }) } as ScenarioConfig;
    edit({ ...scenario, config: changed });
  };
  const edit = (changed: Scenario): void => {
    setRefused(undefined);
    void applyEdit({ ...changed, revision: run.revision }, fold, (problem) => setRefused(sentence(problem)), {
      schedule,
      cursor: (made: Run) => correspondingStep(run, cursor, made),
    });
  };
  if (!concernsCtors(scenario)) return null;
  const now = findRevision(run.revision);
  const words = now === undefined ? undefined : effect(now);
  return (
    <div className="ctor-bar">
      {words !== undefined && <p className="effect">{words}</p>}
      <details>
        <summary>What each of the eleven patches does</summary>
        <ol>
          {PATCHES.map((patch) => (
            <li key={patch.id} aria-current={patch.id === run.revision ? 'true' : undefined}>
              <button
                type="button"
                className="plain"
                onClick={() => changeRevision(patch.id)}
                title={patch.title}
              >
                {patch.id}
              </button>{' '}
              {changes(patch)}
            </li>
          ))}
        </ol>
      </details>
      <div className="choices">
        {asksArch(scenario) && (
          <label title="The architecture whose table allocators run; the tables themselves stay arm64’s.">
            Allocators of{' '}
            <select
              value={config.arch ?? 'arm64'}
              onChange={({ target }) => change('arch', target.value === 'arm64' ? undefined : target.value)}
            >
              {ARCHES.filter((arch) => arch !== 'generic').map((arch) => (
                <option key={arch}>{arch}</option>
              ))}
            </select>
          </label>
        )}
        {asksEfi(scenario) && (
          <label title="What if efi_mm counted as a kernel mm: its tables would get no split locks.">
            <input
              type="checkbox"
              checked={config.efiAsKernel ?? false}
              onChange={({ target }) => change('efiAsKernel', target.checked ? true : undefined)}
            />{' '}
            efi_mm as kernel
          </label>
        )}
        <FailChoice scenario={scenario} onChange={edit} />
      </div>
      {refused !== undefined && <p className="field-error">{refused}</p>}
    </div>
  );
}

/** Against the revision before it in the list; a what-if stands beside the list, not in it. */
function effect(revision: Revision): string | undefined {
  const before = REVISIONS[REVISIONS.indexOf(revision) - 1];
  if (before === undefined || revision.kind === 'what-if') return undefined;
  const same = ctorChanges(before.rules.ctor, revision.rules.ctor).length === 0;
  return same && revision.kind !== 'patch' ? undefined : `Since ${before.id}: ${changes(revision)}`;
}

function changes(revision: Revision): string {
  const before = REVISIONS[REVISIONS.indexOf(revision) - 1];
  const words = before === undefined ? [] : ctorChanges(before.rules.ctor, revision.rules.ctor);
  return words.length === 0 ? 'no change in constructors, locks or counting.' : words.join(' ');
}

/** Calls that are about making tables: elsewhere the bar would only take room. */
const MAKING: readonly string[] = [
  'table_life',
  'pte_alloc',
  'efi_virtmap_init',
  'arch_add_memory',
  'arch_remove_memory',
  '__create_pgd_mapping',
];

function concernsCtors(scenario: Scenario): boolean {
  return scenario.contexts.some((c) => c.calls.some((call) => MAKING.includes(call.fn)));
}

/** Some call of it goes through an allocator that architectures have their own of. */
function asksArch(scenario: Scenario): boolean {
  return scenario.contexts.some((c) =>
    c.calls.some((call) => call.fn === 'table_life' || call.fn === 'pte_alloc'),
  );
}

/** Some call of it makes tables of efi_mm, or of no mm. */
function asksEfi(scenario: Scenario): boolean {
  return scenario.contexts.some((c) =>
    c.calls.some(
      (call) =>
        call.fn === 'efi_virtmap_init' ||
        ((call.fn === 'table_life' || call.fn === 'pte_alloc' || call.fn === '__create_pgd_mapping') &&
          call.mm === 'efi_mm'),
    ),
  );
}
