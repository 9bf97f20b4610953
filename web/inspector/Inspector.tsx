import type { ComponentType } from 'react';
import { useRef } from 'react';
import type { CardName } from '../state/view.ts';
import { CARDS, useView } from '../state/view.ts';
import { later } from '../later.ts';
import { useBooks } from '../parts/useBooks.ts';
import { useLater } from '../parts/useLater.ts';
import { useScene } from '../parts/useScene.ts';
import { runIndex } from '../derive/runIndex.ts';
import { CountersCard } from './CountersCard.tsx';
import { EntryCard } from './EntryCard.tsx';
import { LocksCard } from './LocksCard.tsx';
import { StackCard } from './StackCard.tsx';
import { TableCard } from './TableCard.tsx';
import { concernsTlbs } from '../derive/tlb.ts';

const CARD: Readonly<Record<CardName, ComponentType>> = {
  entry: EntryCard,
  table: TableCard,
  locks: LocksCard,
  tlb: TlbLater,
  stack: StackCard,
  ledger: LedgerLater,
  counters: CountersCard,
};

/** The ledger, once it has come. */
function LedgerLater() {
  const { run } = useScene();
  const books = useBooks(run);
  return books === undefined ? null : <books.LedgerCard />;
}

/** The card of TLBs, once it has come. */
function TlbLater() {
  const tlb = useLater(later.tlb);
  return tlb === undefined ? null : <tlb.TlbCard />;
}

/** The cards that need no steps. */
const LOOK_ONLY: readonly CardName[] = ['entry', 'table'];

/** Everything about the entry, the table, the locks and the calls of the step, a card each; tabs where it is narrow. */
export function Inspector() {
  const { run } = useScene();
  const cards =
    run.steps.length === 0
      ? LOOK_ONLY
      : CARDS.filter((c) => (c === 'tlb' ? concernsTlbs(run) : c !== 'ledger' || runIndex(run).books));
  const chosen = useView((v) => v.tab);
  const tab = cards.includes(chosen) ? chosen : 'entry';
  const tabs = useRef<HTMLDivElement>(null);
  const choose = (name: CardName | undefined): void => {
    if (name === undefined) return;
    useView.setState({ tab: name });
    tabs.current?.querySelector<HTMLElement>(`[data-for="${name}"]`)?.focus();
  };
  return (
    <div className="inspector">
      <div className="tabs" role="tablist" aria-label="Inspector" ref={tabs}>
        {cards.map((name, i) => (
          <button
            key={name}
            type="button"
            role="tab"
            data-for={name}
            aria-selected={tab === name}
            aria-controls={`card-${name}`}
            tabIndex={tab === name ? 0 : -1}
            onClick={() => choose(name)}
            onKeyDown={(event) => {
              const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
              if (by === undefined) return;
              event.preventDefault();
              choose(cards[(i + by + cards.length) % cards.length]);
            }}
          >
            {name === 'tlb' ? 'TLBs' : name}
          </button>
        ))}
      </div>
      {cards.map((name) => {
        const Shown = CARD[name];
        return <Shown key={name} />;
      })}
    </div>
  );
}
