import type { U64 } from '../engine.ts';

const CELL = 3.4;
const PITCH = 4.2;
const NIBBLE = 4 * PITCH + 1.2;
const WIDTH = 16 * NIBBLE;
const HEIGHT = 11;

function x(bit: number): number {
  const place = 63 - bit;
  return Math.floor(place / 4) * NIBBLE + (place % 4) * PITCH;
}

/** The 64 bits of an entry in nibbles: a filled cell is set. With a value before, a row each, and what changed in orange. */
export function Bits({ before, now }: { readonly before: U64 | undefined; readonly now: U64 }) {
  const rows = before === undefined ? 1 : 2;
  const height = rows * (HEIGHT + 2) + 12;
  return (
    <svg className="bits-map" viewBox={`0 0 ${WIDTH} ${height}`} role="img" aria-label={spoken(before, now)}>
      {Array.from({ length: 16 }, (_, i) => (
        <rect
          key={i}
          className="nibble"
          x={i * NIBBLE - 0.4}
          y={0}
          width={4 * PITCH}
          height={rows * (HEIGHT + 2)}
          rx={1}
        />
      ))}
      {before !== undefined && <Row value={before} other={undefined} y={1} />}
      <Row value={now} other={before} y={before === undefined ? 1 : HEIGHT + 3} />
      {[63, 48, 32, 16, 0].map((bit) => (
        <text
          key={bit}
          x={bit === 63 ? 0 : bit === 0 ? WIDTH - 2 : x(bit) + CELL / 2}
          y={height - 1}
          textAnchor={bit === 63 ? 'start' : bit === 0 ? 'end' : 'middle'}
        >
          {bit}
        </text>
      ))}
    </svg>
  );
}

function Row({
  value,
  other,
  y,
}: {
  readonly value: U64;
  readonly other: U64 | undefined;
  readonly y: number;
}) {
  const cells = [];
  for (let bit = 63; bit >= 0; bit--) {
    const set = value.bit(bit);
    const changed = other !== undefined && other.bit(bit) !== set;
    if (!set && !changed) continue;
    const inset = set ? 0 : 0.4;
    cells.push(
      <rect
        key={bit}
        className={changed ? (set ? 'bit now' : 'bit now cleared') : 'bit'}
        x={x(bit) + inset}
        y={y + inset}
        width={CELL - 2 * inset}
        height={HEIGHT - 2 * inset}
      />,
    );
  }
  return <g>{cells}</g>;
}

function spoken(before: U64 | undefined, now: U64): string {
  if (before === undefined) return `Bits of ${now.toHex()}`;
  const list = (of: U64): string => {
    const bits: number[] = [];
    for (let bit = 63; bit >= 0; bit--) if (of.bit(bit)) bits.push(bit);
    return bits.length === 0 ? 'none' : bits.join(', ');
  };
  return `Bits set by the store: ${list(now.andNot(before))}. Bits cleared: ${list(before.andNot(now))}.`;
}
