import type { Scenario } from '../engine.ts';

type Fails = NonNullable<Scenario['contexts'][number]['failAllocation']>;
type What = keyof Fails;

const CHOICES: readonly (readonly [what: What, label: string, title: string])[] = [
  [
    'table',
    'page',
    'The number, from 1, of the allocation of a page for a table that fails; empty: none does.',
  ],
  [
    'lock',
    'ptlock',
    'The number, from 1, of the allocation of a page-table lock that fails, where locks are objects of their own; empty: none does.',
  ],
];

/** Which allocation fails, in a scenario of one context: a number each for pages and for locks. */
export function FailChoice({
  scenario,
  onChange,
}: {
  readonly scenario: Scenario;
  readonly onChange: (changed: Scenario) => void;
}) {
  const [context, ...others] = scenario.contexts;
  if (context === undefined || others.length > 0) return null;
  const { failAllocation = {}, ...rest } = context;
  const change = (what: What, text: string): void => {
    const { [what]: _, ...kept } = failAllocation;
    const n = Math.trunc(Number(text));
    const fails: Fails = n >= 1 ? { ...kept, [what]: Math.min(n, MOST) } : kept;
    const none = Object.keys(fails).length === 0;
    onChange({ ...scenario, contexts: [none ? rest : { ...rest, failAllocation: fails }] });
  };
  return (
    <span className="fails">
      Fails:
      {CHOICES.map(([what, label, title]) => (
        <label key={what} title={title}>
          {label}{' '}
          <input
            type="number"
            min={1}
            max={MOST}
            placeholder="none"
            value={failAllocation[what] ?? ''}
            onChange={({ target }) => change(what, target.value)}
          />
        </label>
      ))}
    </span>
  );
}

/** What a scenario's schema allows. */
const MOST = 65_536;
