import type { KeyboardEvent } from 'react';
import { useEffect, useId, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { costWords, refusal, resultWords, summarizeRun } from '../engine.ts';
import type { RunSummary } from '../engine.ts';
import { runGently } from '../actions/run-gently.ts';
import { openScenario } from '../actions/scene.ts';
import type { OfferedCall } from '../derive/calls.ts';
import { assumedBoot, callArguments, changesTables, offeredCalls, rangeWords } from '../derive/calls.ts';
import type { MapAsk } from '../map/types.ts';
import type { Scene } from '../state/session.ts';
import { useView } from '../state/view.ts';
import { sentence } from '../text/problems.ts';
import { useScene } from './useScene.ts';
import '../styles/calls.css';

/** More than a menu needs: a call that makes more steps, or takes longer, is told as not run to its end. */
const MAX_STEPS = 20_000;
const MAX_MS = 1500;

/** What running a call gave; `failed` where it can't be run at all. */
type Preview =
  | { readonly cost: RunSummary; readonly why: string | undefined; readonly failed?: undefined }
  | { readonly failed: string }
  | 'too long';

/** Runs one call after the other, gently, and tells of each. Stops when the menu closes or asks for others. */
function usePreviews(scene: Scene, offered: readonly OfferedCall[]): ReadonlyMap<string, Preview> {
  const [told, setTold] = useState<{
    readonly of: readonly OfferedCall[];
    readonly previews: ReadonlyMap<string, Preview>;
  }>({ of: offered, previews: new Map() });
  useEffect(() => {
    const abort = new AbortController();
    const all = async (): Promise<void> => {
      for (const { key, scenario, place } of offered) {
        const options = { fold: 'always', maxSteps: MAX_STEPS } as const;
        const run = await runGently(scenario, scene.world, options, abort.signal, MAX_MS);
        if (abort.signal.aborted) return;
        const preview: Preview =
          run === 'too long'
            ? 'too long'
            : run.ok
              ? { cost: summarizeRun(run.value, place), why: refusal(run.value, place.ctx, place.call) }
              : { failed: sentence(run.error) };
        setTold(({ of, previews }) => ({
          of: offered,
          previews: new Map(of === offered ? previews : []).set(key, preview),
        }));
      }
    };
    void all();
    return () => abort.abort();
  }, [scene.world, offered]);
  return told.of === offered ? told.previews : NONE_YET;
}

const NONE_YET: ReadonlyMap<string, Preview> = new Map();

function close(): void {
  useView.setState({ asking: undefined });
  document.querySelector<HTMLElement>('.map-host')?.focus();
}

/** A new scenario is there to be stepped. */
function closeToStep(): void {
  useView.setState({ asking: undefined });
  document.querySelector<HTMLElement>('.transport .play')?.focus();
}

/** The kernel calls that make sense on a part of the map, each with what it would do. Choosing one makes it the scenario. */
export default function CallMenu({ ask }: { readonly ask: MapAsk }) {
  const scene = useScene();
  const [after, setAfter] = useState(false);
  const offered = useMemo(() => offeredCalls(scene, ask.range, after), [scene, ask, after]);
  const previews = usePreviews(scene, offered);
  const changes = useMemo(() => changesTables(scene.run), [scene]);
  const box = useRef<HTMLDivElement>(null);
  const id = useId();
  // Beside the place that was asked about, wholly in the window; on a phone the stylesheet makes it a sheet.
  useLayoutEffect(() => {
    const menu = box.current;
    if (menu === null) return;
    const { width, height } = menu.getBoundingClientRect();
    menu.style.left = `${Math.max(8, Math.min(ask.x, innerWidth - width - 8))}px`;
    menu.style.top = `${Math.max(8, Math.min(ask.y, innerHeight - height - 8))}px`;
  });

  useEffect(() => {
    box.current?.querySelector<HTMLElement>('[role="menuitem"]')?.focus();
    const outside = (event: PointerEvent): void => {
      if (event.target instanceof Node && box.current?.contains(event.target) !== true)
        useView.setState({ asking: undefined });
    };
    // The press that asked is not over yet.
    const soon = setTimeout(() => addEventListener('pointerdown', outside, true), 0);
    return () => {
      clearTimeout(soon);
      removeEventListener('pointerdown', outside, true);
    };
  }, [ask]);

  const choose = ({ scenario }: OfferedCall): void => {
    closeToStep();
    void openScenario(scenario, { edit: true });
  };
  const assumed = [
    ...new Set(offered.flatMap(({ suggested }) => suggested.assumes)),
    assumedBoot(scene),
  ].filter((text) => text !== undefined);
  return (
    <div className="calls" ref={box} onKeyDown={(event) => pressed(event, box.current)}>
      <header>
        <h2 id={id}>
          Calls on {ask.label} <span className="dim">of {ask.range.mm}</span>
        </h2>
        <p className="mono dim">{rangeWords(ask.range, scene.world.geo.pageShift)}</p>
      </header>
      <div role="menu" aria-labelledby={id} aria-orientation="vertical" className="calls-list">
        {changes && (
          <button
            type="button"
            role="menuitemcheckbox"
            aria-checked={after}
            className="calls-after"
            tabIndex={-1}
            onClick={() => setAfter(!after)}
          >
            <span className="box" aria-hidden="true">
              {after ? '✓' : ''}
            </span>
            After the calls of this scenario, not on the tables it starts from
          </button>
        )}
        {offered.map((call) => (
          <Row key={call.key} call={call} preview={previews.get(call.key)} choose={() => choose(call)} />
        ))}
      </div>
      {offered.length === 0 && <p className="dim">No call of {scene.run.revision} makes sense here.</p>}
      <footer className="dim">
        {after ? 'After the calls of this scenario' : 'From the tables this scenario starts from'}, at{' '}
        {scene.run.revision}. Choosing one makes it the scenario; undo brings this one back.
        {assumed.length > 0 && <i> Assumed: {assumed.join(' ')}</i>}
      </footer>
    </div>
  );
}

interface RowProps {
  readonly call: OfferedCall;
  readonly preview: Preview | undefined;
  readonly choose: () => void;
}

function Row({ call, preview, choose }: RowProps) {
  const { suggested } = call;
  const failed = preview !== undefined && preview !== 'too long' && preview.failed !== undefined;
  return (
    <button
      type="button"
      role="menuitem"
      tabIndex={-1}
      className="calls-item"
      aria-disabled={failed}
      onClick={() => {
        if (!failed) choose();
      }}
      onPointerMove={(event) => event.currentTarget.focus({ preventScroll: true })}
    >
      <span className="call mono">
        <b>{suggested.call.fn}</b>
        <span className="args">({callArguments(suggested)})</span>
      </span>
      <span className="use">{suggested.about}</span>
      <span className="cost">
        <Cost preview={preview} />
        {suggested.assumes.length > 0 && <i> · if what is assumed below holds</i>}
      </span>
    </button>
  );
}

function Cost({ preview }: { readonly preview: Preview | undefined }) {
  if (preview === undefined) return <span className="dim">running …</span>;
  if (preview === 'too long')
    return <span className="dim">takes longer than a menu should: choose it to run it</span>;
  if (preview.failed !== undefined) return <span className="refused">Can’t be run. {preview.failed}</span>;
  const { cost, why } = preview;
  const refused = (cost.rets[0] ?? 0) < 0 || cost.rets[0] === null;
  return (
    <>
      <span className={refused ? 'refused' : 'ret'}>{resultWords(cost)}</span>
      {why === undefined ? '' : `: ${why}`}
      {costWords(cost).map((words) => ` · ${words}`)}
    </>
  );
}

function itemsIn(box: HTMLElement | null): readonly HTMLElement[] {
  return [...(box?.querySelectorAll<HTMLElement>('[role^="menuitem"]') ?? [])];
}

/** The keys of a menu. None of them reaches the page. */
function pressed(event: KeyboardEvent, box: HTMLElement | null): void {
  event.stopPropagation();
  const all = itemsIn(box);
  const at = all.findIndex((item) => item === document.activeElement);
  const go = (to: number): void => {
    event.preventDefault();
    all[(to + all.length) % all.length]?.focus();
  };
  switch (event.key) {
    case 'Escape':
      event.preventDefault();
      close();
      return;
    case 'Tab':
      event.preventDefault();
      return;
    case 'ArrowDown':
      go(at + 1);
      return;
    case 'ArrowUp':
      go(at < 0 ? all.length - 1 : at - 1);
      return;
    case 'Home':
      go(0);
      return;
    case 'End':
      go(all.length - 1);
      return;
    default:
  }
  if (event.key.length !== 1 || event.key === ' ' || event.ctrlKey || event.metaKey || event.altKey) return;
  const letter = event.key.toLowerCase();
  const next = [...all.slice(at + 1), ...all.slice(0, at + 1)].find((item) =>
    (item.textContent ?? '').toLowerCase().startsWith(letter),
  );
  next?.focus();
}
