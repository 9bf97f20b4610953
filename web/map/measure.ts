/** A face at the size it has in the map. The bold ones have weight 600. */
export type Face = 'sans' | 'bold' | 'mono' | 'monobold' | 'head' | 'tinymono' | 'tiny';

/** Width of a text in CSS pixels. */
export type Measure = (text: string, face: Face) => number;

export const FACE_SIZE: Readonly<Record<Face, number>> = {
  sans: 11,
  bold: 11,
  mono: 11,
  monobold: 11,
  head: 12,
  tinymono: 10.5,
  tiny: 10.5,
};

export const FACE_MONO: Readonly<Record<Face, boolean>> = {
  sans: false,
  bold: false,
  mono: true,
  monobold: true,
  head: false,
  tinymono: true,
  tiny: false,
};

export const FACE_BOLD: Readonly<Record<Face, boolean>> = {
  sans: false,
  bold: true,
  mono: false,
  monobold: true,
  head: true,
  tinymono: false,
  tiny: false,
};

/** Without a browser: generous widths, about those of DejaVu, which is wider than the faces we ask for. */
export const roughMeasure: Measure = (text, face) =>
  text.length * FACE_SIZE[face] * (FACE_MONO[face] ? 0.602 : FACE_BOLD[face] ? 0.66 : 0.58);

/** Measures with a canvas in the faces the stylesheet names, and remembers. */
export function canvasMeasure(sans: string, mono: string): Measure {
  const context = document.createElement('canvas').getContext('2d');
  if (context === null) return roughMeasure;
  const known = new Map<string, number>();
  return (text, face) => {
    const key = `${face}\n${text}`;
    const w = known.get(key);
    if (w !== undefined) return w;
    if (known.size > 5000) known.clear();
    context.font = `${FACE_BOLD[face] ? 600 : 400} ${FACE_SIZE[face]}px ${FACE_MONO[face] ? mono : sans}`;
    const measured = context.measureText(text).width;
    known.set(key, measured);
    return measured;
  };
}
