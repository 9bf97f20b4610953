/** The first sentence of a summary. */
export function firstSentence(summary: string): string {
  return /^.*?[.!?](?=\s|$)/s.exec(summary)?.[0] ?? summary;
}
