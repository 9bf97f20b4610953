const PREFIX = 'pagewalk.';

/** A remembered setting; undefined where there is none or the browser keeps nothing (private windows, blocked storage). */
export function stored(key: string): string | undefined {
  try {
    return localStorage.getItem(PREFIX + key) ?? undefined;
  } catch {
    return undefined;
  }
}

export function store(key: string, value: string): void {
  try {
    localStorage.setItem(PREFIX + key, value);
  } catch {
    // The setting holds for this visit only.
  }
}
