/** What is typed after the palette was asked for and before it stands: it belongs into its field. */
let typed = '';

export function keepTyped(event: KeyboardEvent): void {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === 'Backspace') typed = typed.slice(0, -1);
  else if (event.key === 'Enter') typed += '\n';
  else if (event.key.length === 1) typed += event.key;
  else return;
  event.preventDefault();
}

/** Gives what was typed, once; Enter is a line break. */
export function takeTyped(): string {
  const text = typed;
  typed = '';
  return text;
}
