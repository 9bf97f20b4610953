/** Puts a hover text above what it is about, `x` pixels into it, within the page. */
export function placeAbove(text: HTMLElement | null, plot: HTMLElement | null, x: number): void {
  if (text === null || plot === null) return;
  const box = plot.getBoundingClientRect();
  const left = Math.max(8, Math.min(innerWidth - text.offsetWidth - 8, box.left + x - text.offsetWidth / 2));
  text.style.left = `${left}px`;
  text.style.top = `${box.top - text.offsetHeight - 4}px`;
}
