import { SCENARIO_FORMAT } from '../engine.ts';

const NEEDED =
  'Pagewalk needs the tables themselves (tables.bin or tables.bin.gz, best with their meta.json) or the kernel’s text about them';

/** What files begin with that people may take for a capture, or drop by mistake. */
const BEGINNINGS: readonly (readonly [readonly number[], string])[] = [
  [[0x89, 0x50, 0x4e, 0x47], 'a picture (PNG)'],
  [[0xff, 0xd8, 0xff], 'a picture (JPEG)'],
  [[0x47, 0x49, 0x46, 0x38], 'a picture (GIF)'],
  [[0x25, 0x50, 0x44, 0x46], 'a PDF'],
  [[0x7f, 0x45, 0x4c, 0x46], 'an ELF file: a program, a kernel image or a crash dump'],
  [[0x4b, 0x44, 0x55, 0x4d, 0x50], 'a kdump file'],
  [[0x50, 0x4b, 0x03, 0x04], 'a zip archive; unpack it first'],
  [[0xfd, 0x37, 0x7a, 0x58, 0x5a], 'xz-packed; unpack it first'],
  [[0x28, 0xb5, 0x2f, 0xfd], 'zstd-packed; unpack it first'],
];

/** Why a file is no capture, in a sentence that names it. `head`: its first bytes, unpacked, up to some tens of KiB. */
export function whyNoCapture(path: string, head: Uint8Array): string {
  const name = path.split('/').at(-1) ?? path;
  if (head.length === 0) return `${name} is empty.`;
  const known = BEGINNINGS.find(([bytes]) => bytes.every((byte, i) => head[i] === byte));
  if (known !== undefined) return `${name} is ${known[1]}, not a capture of page tables. ${NEEDED}.`;
  const text = new TextDecoder().decode(head.subarray(0, 8192));
  if (/^\s*[[{]/.test(text)) {
    if (text.includes(SCENARIO_FORMAT))
      return `${name} is a scenario, but not one that could be read: it must be whole, and its name must end in .json.`;
    return /(^|\/)meta\.json$/i.test(path)
      ? `${name} only describes a capture. ${NEEDED}.`
      : `${name} is JSON, but no scenario of Pagewalk and no capture. ${NEEDED}.`;
  }
  if (isText(text)) return `${name} is a text file, but not a capture of page tables. ${NEEDED}.`;
  return `${name} is no capture of page tables: it does not begin with “PTTABS1”.`;
}

/** No control characters but white space and escapes, and nothing that was no UTF-8. */
function isText(text: string): boolean {
  return [...text.slice(0, 1000)].every((character) => {
    const code = character.codePointAt(0) ?? 0;
    return (code >= 9 && code <= 13) || (code > 0x1a && code !== 0xfffd);
  });
}
