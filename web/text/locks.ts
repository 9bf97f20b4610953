import { lockWords } from '../engine.ts';

/** What is held, as a list of held things says it: RCU is no lock, but a section that is open. */
export function heldName(name: string): string {
  return name === 'rcu' ? 'RCU read section' : lockWords(name);
}

/** `init_mm.mmap_lock for read`, of what a step says is held: `mmap:init_mm/read`. */
export function heldWords(held: string): string {
  const cut = held.lastIndexOf('/');
  const name = cut < 0 ? held : held.slice(0, cut);
  return cut < 0 || name === 'rcu' ? heldName(name) : `${heldName(name)} for ${held.slice(cut + 1)}`;
}
