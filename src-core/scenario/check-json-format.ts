/**
 * JSON as a person would write it: an array or object stands on one line where it fits in `width` columns, else its members
 * stand on lines of their own, indented by two. Ends without a line end.
 */
export function formatJson(value: unknown, width = 100): string {
  return format(value, width, 0, 0);
}

/** `around`: columns taken on the same line by the key before and the comma after. */
function format(value: unknown, width: number, indent: number, around: number): string {
  const flat = oneLine(value);
  if (typeof value !== 'object' || value === null || indent + around + flat.length <= width) return flat;
  const inner = ' '.repeat(indent + 2);
  const list = Array.isArray(value);
  const members = list
    ? value.map((item) => inner + format(item, width, indent + 2, 1))
    : entries(value).map(([key, item]) => {
        const name = `${JSON.stringify(key)}: `;
        return inner + name + format(item, width, indent + 2, name.length + 1);
      });
  if (members.length === 0) return flat;
  const [open, close] = list ? '[]' : '{}';
  return `${open}\n${members.join(',\n')}\n${' '.repeat(indent)}${close}`;
}

function oneLine(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(oneLine).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = entries(value).map(([key, item]) => `${JSON.stringify(key)}: ${oneLine(item)}`);
  return members.length === 0 ? '{}' : `{ ${members.join(', ')} }`;
}

/** Keys that JSON can carry: a key whose value is undefined is none. */
function entries(value: object): (readonly [string, unknown])[] {
  return Object.entries(value as Readonly<Record<string, unknown>>).filter(([, item]) => item !== undefined);
}
