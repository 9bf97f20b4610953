/** Ends an exhaustive switch: a new member of the union makes the call a compile error. */
export function unreachable(value: never): never {
  throw new Error(`[engine bug] unhandled ${JSON.stringify(value)}`);
}
