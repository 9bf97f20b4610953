/** With its thousands apart: `12,345`. */
export function number(n: number): string {
  return n.toLocaleString('en');
}
