import type { ReactNode } from 'react';
import type { CardName } from '../state/view.ts';
import { useView } from '../state/view.ts';
import { Icon } from '../parts/Icon.tsx';

interface CardProps {
  readonly name: CardName;
  readonly title: ReactNode;
  /** At the right of the heading. */
  readonly aside?: ReactNode;
  readonly children: ReactNode;
}

/** A part of the inspector: opens and closes by its heading; where there is room for one only, it is a tab's panel. */
export function Card({ name, title, aside, children }: CardProps) {
  const closed = useView((v) => v.closedCards.includes(name));
  const shown = useView((v) => v.tab === name);
  const toggle = (): void =>
    useView.setState(({ closedCards }) => ({
      closedCards: closed ? closedCards.filter((c) => c !== name) : [...closedCards, name],
    }));
  return (
    <section
      className="card"
      data-card={name}
      data-closed={closed ? '' : undefined}
      data-tab={shown ? '' : undefined}
      id={`card-${name}`}
      aria-label={name}
    >
      <header>
        <h2>{title}</h2>
        {aside !== undefined && <span className="aside">{aside}</span>}
        <button
          type="button"
          className="fold"
          aria-expanded={!closed}
          aria-label={`${closed ? 'Open' : 'Close'} ${name}`}
          onClick={toggle}
        >
          <Icon name="fold" />
        </button>
      </header>
      <div className="card-body">{children}</div>
    </section>
  );
}
