import {
  describeProblem,
  importCapture,
  isTables,
  openScenario as checkScenario,
  parseJson,
  parseMeta,
  problem,
  SCENARIO_FORMAT,
} from '../engine.ts';
import type { Problem, Result, World } from '../engine.ts';
import { firstWalkOver } from '../derive/firstWalk.ts';
import { useImporting } from '../state/importing.ts';
import { closeNotice, notify } from '../state/notices.ts';
import { useView } from '../state/view.ts';
import { sentence } from '../text/problems.ts';
import { readBytes, unpack } from './bytes.ts';
import type { Given } from './drops.ts';
import { worldFromTexts } from './import-text.ts';
import { whyNoCapture } from './recognise.ts';
import { openScenario } from './scene.ts';
import { keepImported } from './worlds.ts';

/** Shown only when an import takes longer than this. */
const SHOW_AFTER_MS = 500;

/** Lets the person choose files: tables.bin or tables.bin.gz with meta.json beside it, or texts of ptdump. */
export function chooseFiles(): void {
  choose(false);
}

/** Lets the person choose a capture folder. */
export function chooseFolder(): void {
  choose(true);
}

function choose(folder: boolean): void {
  const input = document.createElement('input');
  input.type = 'file';
  input.multiple = true;
  input.webkitdirectory = folder;
  // No filter: whatever is chosen, the page says what it is.
  // In the document, or it may be collected while the person chooses.
  input.hidden = true;
  document.body.append(input);
  input.addEventListener('cancel', () => input.remove());
  input.addEventListener('change', () => {
    input.remove();
    const files = [...(input.files ?? [])];
    void importFiles(files.map((file) => ({ path: file.webkitRelativePath || file.name, file })));
  });
  input.click();
}

/** Imports what was chosen or dropped and shows a first walk over it. On failure the scene stays and a notice says why. */
export async function importFiles(given: readonly Given[]): Promise<void> {
  if (given.length === 0) return;
  const abort = new AbortController();

  const what = given.length === 1 ? (given[0]?.path ?? '') : `${given.length} files`;
  const report = (progress: number | undefined): void => {
    if (useImporting.getState().now !== undefined) {
      useImporting.setState({ now: { what, progress, cancel: () => abort.abort() } });
    }
  };
  const [only] = given;
  if (given.length === 1 && only !== undefined && (await openFile(only))) return;
  const shown = setTimeout(
    () => useImporting.setState({ now: { what, progress: undefined, cancel: () => abort.abort() } }),
    SHOW_AFTER_MS,
  );
  try {
    const world = await readCapture(given, abort.signal, report);
    if (!world.ok) {
      notify('bad', `Nothing was imported. ${sentence(world.error)} The scene stays as it was.`, {
        label: 'What is a capture?',
        run: () => useView.setState({ dialog: 'import' }),
      });
      return;
    }
    const name = importName(world.value.name);
    keepImported(name, world.value);
    const opened = await openScenario(firstWalkOver(world.value, name), { edit: true });
    if (!opened) return;
    const notes = world.value.notes.map((note) => note.replace(/\.?$/, '.')).join(' ');
    const id = notify('info', `Imported ${world.value.name}: it stays on this machine. ${notes}`.trim());
    if (notes === '') setTimeout(() => closeNotice(id), 8000);
  } catch (error) {
    if (!abort.signal.aborted) throw error;
    notify('info', 'The import was stopped. The scene stays as it was.');
  } finally {
    clearTimeout(shown);
    useImporting.setState({ now: undefined });
  }
}

/** Opens a scenario that was saved as a file. False where the file is something else. */
async function openFile({ path, file }: Given): Promise<boolean> {
  if (!/\.json$/i.test(path) || file.size > MAX_SCENARIO) return false;
  const text = await file.text();
  if (!text.includes(SCENARIO_FORMAT)) return false;
  const json = parseJson(text);
  const scenario = json.ok ? checkScenario(json.value) : json;
  if (scenario.ok) await openScenario(scenario.value, { edit: true });
  // Who writes a scenario by hand finds the place in it by its path.
  else notify('bad', `${path} was not opened. ${inFile(scenario.error)} The scene stays as it was.`);
  return true;
}

async function readCapture(
  given: readonly Given[],
  signal: AbortSignal,
  progress: (share: number | undefined) => void,
): Promise<Result<World>> {
  const { tables, meta } = pick(given);
  if (tables === undefined)
    return (await worldFromTexts(given, signal)) ?? problem('', await whyNoneIsOne(given));
  const size = tables.file.size;
  if (size > MAX_FILE)
    return problem(tables.path, `is ${Math.ceil(size / 1048576)} MiB; 64 MiB is the most the page takes`);
  const packed = await readBytes(tables.file.stream(), {
    signal,
    progress: (n) => progress((0.5 * n) / Math.max(1, size)),
  });
  const raw = await unpack(packed, { signal, progress: (n) => progress(0.5 + (0.5 * n) / (n + size)) });
  if (!raw.ok) return problem(tables.path, raw.error.message);
  if (!isTables(raw.value))
    return (await worldFromTexts([tables], signal)) ?? problem('', whyNoCapture(tables.path, raw.value));
  let metaJson: unknown;
  if (meta !== undefined) {
    const parsed = parseMeta(await meta.file.text());
    if (!parsed.ok) return problem(placeIn(meta.path, parsed.error.path), parsed.error.message);
    metaJson = parsed.value;
  }
  const capture = importCapture(raw.value, metaJson, nameOf(tables));
  signal.throwIfAborted();
  return capture.ok
    ? { ok: true, value: capture.value.world }
    : problem(placeIn(tables.path, capture.error.path), capture.error.message);
}

/** A place in a file, with the file's name. */
function placeIn(file: string, place: string): string {
  return place === '' || place === file ? file : `${file}, ${place}`;
}

function inFile(wrong: Problem): string {
  const text = describeProblem(wrong);
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

const MAX_FILE = 64 * 1024 * 1024;
const MAX_SCENARIO = 8 * 1024 * 1024;

/** The tables and the meta.json beside them: of a folder with several, `tables.bin` wins over `tables-boot.bin`. */
function pick(given: readonly Given[]): {
  readonly tables: Given | undefined;
  readonly meta: Given | undefined;
} {
  const named = (pattern: RegExp): Given | undefined =>
    given.filter(({ path }) => pattern.test(path)).sort((a, b) => a.path.length - b.path.length)[0];
  const meta = named(/(^|\/)meta\.json$/i);
  const tables =
    named(/(^|\/)tables\.bin(\.gz)?$/i) ??
    named(/(^|\/)tables[^/]*\.bin(\.gz)?$/i) ??
    named(/\.bin(\.gz)?$/i) ??
    (given.length === 1 && meta === undefined ? given[0] : undefined);
  return { tables, meta };
}

/** Why there are no tables among the files: of a single one what it is, of several what is missing. */
async function whyNoneIsOne(given: readonly Given[]): Promise<string> {
  const [only] = given;
  if (given.length === 1 && only !== undefined) {
    const head = await only.file.slice(0, HEAD).arrayBuffer();
    return whyNoCapture(only.path, new Uint8Array(head));
  }
  return `There is no tables.bin or tables.bin.gz among the ${given.length} files.`;
}

/** Bytes that are enough to tell what a file is. */
const HEAD = 64 * 1024;

/** What the tables are called where meta.json has no name: as their folder or file. */
function nameOf({ path }: Given): string {
  const parts = path.split('/');
  return (parts.length > 1 ? parts.at(-2) : parts.at(-1)?.replace(/\.bin(\.gz)?$/i, '')) ?? 'tables';
}

/** The name a scenario uses for imported tables: never that of a capture that comes with the page. */
function importName(name: string): string {
  const clean = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
  return `import-${clean === '' ? 'tables' : clean}`.slice(0, 64);
}
