import type { TableLife, TableSource } from '../engine.ts';
import { memoryAt } from '../derive/moment.ts';
import { goTo } from '../actions/transport.ts';
import { mmWord, Term } from '../parts/Term.tsx';
import { useNow } from '../parts/useScene.ts';
import { lockSizeOf } from './books.ts';
import { GUARD_WORDS } from './guards.ts';
import { isConstructed, knownOf } from './known.ts';

const SOURCE: Readonly<Record<TableSource, string>> = {
  buddy: 'the page allocator',
  memblock: 'memblock, early in boot',
  static: 'the kernel’s image',
  slab: 'a slab cache',
  carved: 'a block taken before',
};

/** A table's life up to the cursor, as far as the run tells it. What it does not tell stays unknown, or says why it is inferred. */
export function TableFacts({ pa }: { readonly pa: number }) {
  const { run, cursor } = useNow();
  const known = knownOf(run, cursor, pa, memoryAt(run, cursor).page(pa)?.hw);
  const { life, inferred } = known;
  if (life === undefined || life.allocated === 0)
    return (
      <>
        <dt>ptdesc</dt>
        <dd data-known={inferred === undefined ? 'no' : 'inferred'}>
          {inferred === undefined ? (
            <Term word="ptdesc">
              <b className="unknown">?</b> constructed · <b className="unknown">?</b> ptlock ·{' '}
              <b className="unknown">?</b> counted
            </Term>
          ) : (
            <>
              <i>{inferred.words}</i> <span className="dim">inferred: {inferred.reason}</span>
            </>
          )}
        </dd>
      </>
    );
  return (
    <>
      <dt>life</dt>
      <dd data-known="yes">
        <Life life={life} />
      </dd>
      <dt>made by</dt>
      <dd>
        <span className="mono">{life.by}()</span>{' '}
        <span className="dim">
          from {SOURCE[life.source]}
          {life.order > 0 && `, ${2 ** life.order} pages`}
        </span>
      </dd>
      <dt>owner</dt>
      <dd>
        {life.owner === null ? (
          'its allocator was told none'
        ) : (
          <Term word={mmWord(life.owner)}>{life.owner}</Term>
        )}
        <span className="dim"> · a {life.level.toUpperCase()} table, as its caller said</span>
      </dd>
      <dt>
        <Term word="ptdesc">ptdesc</Term>
      </dt>
      <dd>
        {isConstructed(life) ? 'constructed' : <b>not constructed</b>} · {lockOf(life, lockSizeOf(run))} ·{' '}
        {countOf(life)}
        {marks(life) !== '' && <span className="dim"> · {marks(life)}</span>}
      </dd>
    </>
  );
}

function Life({ life }: { readonly life: TableLife }) {
  const steps: readonly (readonly [word: string, n: number | undefined])[] = [
    ['allocated', life.allocated],
    ['constructed', life.constructed],
    ['destructed', life.destructed],
    ['freed', life.freed],
  ];
  const told = steps.some(([word]) => word === life.state);
  return (
    <>
      {steps.map(([word, n]) =>
        n === undefined ? null : (
          <span key={word} className="life-step">
            {word !== 'allocated' && ' → '}
            {word}{' '}
            <button type="button" className="plain" onClick={() => goTo(n)} title={`Go to step ${n}`}>
              at {n}
            </button>
          </span>
        ),
      )}
      {!told && (
        <>
          {' '}
          → <b>{life.state === 'deferred' ? 'waits for a worker to free it' : life.state}</b>
        </>
      )}
    </>
  );
}

function lockOf(life: TableLife, bytes: number): string {
  switch (life.lock) {
    case 'none':
      return 'no ptlock';
    case 'embedded':
      return 'ptlock in its descriptor';
    case 'kmem':
      return `ptlock apart, ${bytes} bytes`;
  }
}

function countOf(life: TableLife): string {
  if (life.counted === 0) return 'not counted';
  return life.counted === 1 ? 'counted' : `counted ${life.counted} times`;
}

function marks(life: TableLife): string {
  return [
    life.kernelFlag ? 'PT_kernel' : '',
    life.memcg ? 'charged to a memory cgroup' : '',
    GUARD_WORDS[life.guard],
  ]
    .filter((word) => word !== '')
    .join(' · ');
}
