/** A picture of the map as it is shown: an SVG that needs nothing besides itself. */
export interface MapPicture {
  readonly svg: string;
  /** In CSS pixels. */
  readonly width: number;
  readonly height: number;
}

const SVG = 'http://www.w3.org/2000/svg';
/** Room around the map, and for the lines under it. */
const MARGIN = 12;
const LINE = 18;

/** What a stylesheet can say of these elements. All else is in their attributes. */
const SHAPE = ['fill', 'stroke', 'stroke-width', 'stroke-dasharray', 'opacity'] as const;
const TEXT = [
  'fill',
  'font-family',
  'font-size',
  'font-weight',
  'font-style',
  'text-decoration-line',
  'text-anchor',
  'opacity',
] as const;
const USUAL: Readonly<Record<string, string>> = {
  stroke: 'none',
  'stroke-width': '1px',
  'stroke-dasharray': 'none',
  opacity: '1',
  'font-style': 'normal',
  'text-decoration-line': 'none',
  'text-anchor': 'start',
};

/**
 * The map inside `host` (.map-host) with the colours and faces it has now, the strips of the canvas as a bitmap under it, and a
 * few `lines` below that say what it shows. undefined while nothing is drawn.
 */
export function mapPicture(host: HTMLElement, lines: readonly string[]): MapPicture | undefined {
  const shown = host.querySelector('svg');
  const canvas = host.querySelector('canvas');
  if (shown === null || shown.clientWidth === 0) return undefined;
  const style = getComputedStyle(host);
  const token = (name: string): string => style.getPropertyValue(name).trim();
  const [w, h] = [Number(shown.getAttribute('width')), Number(shown.getAttribute('height'))];
  const [width, height] = [w + 2 * MARGIN, h + 2 * MARGIN + lines.length * LINE];
  const out = element('svg', { width, height, viewBox: `0 0 ${width} ${height}` });
  out.setAttribute('xmlns', SVG);
  const title = element('title', {});
  title.textContent = lines[0] ?? '';
  out.append(title, element('rect', { width, height, fill: token('--bg') }));
  const place = element('g', { transform: `translate(${MARGIN} ${MARGIN})` });
  if (canvas !== null && canvas.width > 0) {
    const image = element('image', { width: w, height: h });
    image.setAttribute('href', canvas.toDataURL('image/png'));
    place.append(image);
  }
  for (const child of shown.children) place.append(styled(child));
  out.append(place);
  for (const [i, line] of lines.entries()) {
    const text = element('text', {
      x: MARGIN,
      y: h + 2 * MARGIN + i * LINE + 8,
      fill: token(i === 0 ? '--text' : '--dim'),
      'font-family': token('--sans'),
      'font-size': 12,
    });
    text.textContent = line;
    out.append(text);
  }
  return { svg: new XMLSerializer().serializeToString(out), width, height };
}

function element(name: string, attributes: Readonly<Record<string, string | number>>): SVGElement {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  return made;
}

/** A copy that looks the same where no stylesheet is. Nothing of it is for pointers or for assistive technology. */
function styled(shown: Element): SVGElement {
  const copy = document.createElementNS(SVG, shown.localName);
  for (const { name, value } of shown.attributes)
    if (!/^(class|style|role|data-|aria-)/.test(name) && (name !== 'id' || shown.localName === 'pattern'))
      copy.setAttribute(name, value);
  const style = getComputedStyle(shown);
  if (shown.localName === 'g') {
    const moved = new DOMMatrix(style.transform === 'none' ? '' : style.transform);
    if (!moved.isIdentity)
      copy.setAttribute(
        'transform',
        `matrix(${[moved.a, moved.b, moved.c, moved.d, moved.e, moved.f].join(' ')})`,
      );
    if (style.opacity !== '1') copy.setAttribute('opacity', style.opacity);
  } else {
    for (const property of shown.localName === 'text' ? TEXT : SHAPE) {
      const value = style.getPropertyValue(property);
      // A pattern is named by the document it is in: here it stands in this one.
      if (value === '' || value === USUAL[property] || value.startsWith('url(')) continue;
      copy.setAttribute(
        property === 'text-decoration-line' ? 'text-decoration' : property,
        plainColour(value),
      );
    }
  }
  if (shown.localName === 'text') copy.textContent = shown.textContent;
  else for (const child of shown.children) copy.append(styled(child));
  return copy;
}

/** Mixed colours come as `color(srgb …)`, which few programs but browsers read. */
function plainColour(value: string): string {
  const mixed = /^color\(srgb ([\d.e-]+) ([\d.e-]+) ([\d.e-]+)(?: \/ ([\d.e-]+))?\)$/.exec(value);
  if (mixed === null) return value;
  const [r, g, b] = mixed.slice(1, 4).map((part) => Math.round(Number(part) * 255));
  return `rgba(${r}, ${g}, ${b}, ${mixed[4] ?? 1})`;
}

/** The picture as a bitmap, twice as fine as the screen's pixels. Rejects where the browser can't draw it. */
export async function pictureAsPng({ svg, width, height }: MapPicture): Promise<Blob> {
  const url = URL.createObjectURL(new Blob([svg], { type: 'image/svg+xml' }));
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [width * 2, height * 2];
    canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height);
    return await new Promise((done, fail) =>
      canvas.toBlob((blob) => (blob === null ? fail(new Error('no bitmap')) : done(blob)), 'image/png'),
    );
  } finally {
    URL.revokeObjectURL(url);
  }
}
