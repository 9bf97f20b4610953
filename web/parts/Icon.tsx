/** Line drawings on a 16-unit square, in the colour of the text. */
const PATHS = {
  first: 'M4 3v10M13 3 6.5 8l6.5 5z',
  back: 'M11.5 3 5 8l6.5 5z',
  play: 'M4.5 2.5 13 8l-8.5 5.5z',
  pause: 'M5 3v10M11 3v10',
  forward: 'M4.5 3 11 8l-6.5 5z',
  last: 'M12 3v10M3 3l6.5 5L3 13z',
  menu: 'M2.5 4h11M2.5 8h11M2.5 12h11',
  plus: 'M8 3.5v9M3.5 8h9',
  minus: 'M3.5 8h9',
  import: 'M8 2.5v8.5M4.5 7.5 8 11l3.5-3.5M3 13.5h10',
  close: 'M4 4l8 8M12 4l-8 8',
  moon: 'M12.5 9.8A5.2 5.2 0 0 1 6.2 3.5 5.2 5.2 0 1 0 12.5 9.8z',
  sun: 'M8 5.2A2.8 2.8 0 1 1 8 10.8 2.8 2.8 0 0 1 8 5.2M8 1.5v1.6M8 12.9v1.6M1.5 8h1.6M12.9 8h1.6M3.4 3.4l1.1 1.1M11.5 11.5l1.1 1.1M12.6 3.4l-1.1 1.1M4.5 11.5l-1.1 1.1',
  walk: 'M2.5 3.5h4M4.5 3.5v5h4M8.5 8.5v4h5',
  tour: 'M3 13.5v-11l8 2.5-8 3',
  help: 'M6 6a2 2 0 1 1 2.7 1.9c-.5.2-.7.5-.7 1v.6M8 11.8v.2',
  swap: 'M3 5.5h9M9.5 3 12 5.5 9.5 8M13 10.5H4M6.5 8 4 10.5 6.5 13',
  fit: 'M2.5 5.5v-3h3M10.5 2.5h3v3M13.5 10.5v3h-3M5.5 13.5h-3v-3',
  fold: 'M4.5 6.5 8 10l3.5-3.5',
  next: 'M2.5 3.5 8 8l-5.5 4.5zM8.5 3.5 14 8l-5.5 4.5z',
  previous: 'M13.5 3.5 8 8l5.5 4.5zM7.5 3.5 2 8l5.5 4.5z',
} as const;

export type IconName = keyof typeof PATHS;

const SOLID: readonly IconName[] = ['first', 'back', 'play', 'forward', 'last', 'next', 'previous'];

export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg className={SOLID.includes(name) ? 'icon solid' : 'icon'} viewBox="0 0 16 16" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}
