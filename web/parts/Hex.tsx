import type { U64 } from '../engine.ts';

/**
 * A hex number in groups of four, set apart by space that is not a character: what is copied is the plain number.
 * `digits` pads to that many; without it, leading zeros are left out.
 */
export function Hex({
  value,
  digits,
  className,
}: {
  readonly value: U64 | string;
  readonly digits?: number;
  readonly className?: string;
}) {
  const plain = (typeof value === 'string' ? value : value.toHex()).replace(/^0x/, '');
  const text = digits === undefined ? plain : plain.padStart(digits, '0');
  const groups: string[] = [];
  for (let end = text.length; end > 0; end -= 4) groups.unshift(text.slice(Math.max(0, end - 4), end));
  return (
    <span className={className === undefined ? 'hex' : `hex ${className}`}>
      {groups.map((group, i) => (
        <span key={i}>{group}</span>
      ))}
    </span>
  );
}
