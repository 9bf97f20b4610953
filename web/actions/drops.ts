import { useImporting } from '../state/importing.ts';
import { notify } from '../state/notices.ts';

/** A file with the path it was chosen or dropped under. */
export interface Given {
  readonly path: string;
  readonly file: File;
}

/** What reads files comes with the first of them. */
async function importThem(given: readonly Given[]): Promise<void> {
  const reader = await import('./import.ts').catch(() => undefined);
  if (reader === undefined) notify('bad', 'What reads files could not be loaded. The scene stays as it was.');
  else await reader.importFiles(given);
}

/** Takes files that are dropped anywhere on the page. */
export function listenForDrops(): () => void {
  let depth = 0;
  const carriesFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes('Files') === true;
  const enter = (event: DragEvent): void => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    depth++;
    useImporting.setState({ dragging: true });
  };
  const over = (event: DragEvent): void => {
    if (carriesFiles(event)) event.preventDefault();
  };
  const leave = (): void => {
    depth = Math.max(0, depth - 1);
    if (depth === 0) useImporting.setState({ dragging: false });
  };
  const drop = (event: DragEvent): void => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    depth = 0;
    useImporting.setState({ dragging: false });
    if (event.dataTransfer !== null) void dropped(event.dataTransfer).then(importThem);
  };
  const listeners = { dragenter: enter, dragover: over, dragleave: leave, drop };
  for (const [name, listener] of Object.entries(listeners)) addEventListener(name, listener as EventListener);
  return () => {
    for (const [name, listener] of Object.entries(listeners))
      removeEventListener(name, listener as EventListener);
  };
}

/** Files of a drop; the files directly inside where a folder was dropped. */
async function dropped(data: DataTransfer): Promise<readonly Given[]> {
  // The list is empty after the first await: take everything out of it at once.
  const items = [...data.items].map((item) => ({ entry: item.webkitGetAsEntry(), file: item.getAsFile() }));
  const given: Given[] = [];
  for (const { entry, file } of items) {
    if (entry?.isDirectory === true) given.push(...(await filesIn(entry as FileSystemDirectoryEntry)));
    else if (file !== null) given.push({ path: file.name, file });
  }
  return given;
}

async function filesIn(folder: FileSystemDirectoryEntry): Promise<readonly Given[]> {
  const reader = folder.createReader();
  const given: Given[] = [];
  for (;;) {
    const entries = await new Promise<FileSystemEntry[]>((done, fail) => reader.readEntries(done, fail));
    if (entries.length === 0) return given;
    for (const entry of entries) {
      if (!entry.isFile) continue;
      const file = await new Promise<File>((done, fail) => (entry as FileSystemFileEntry).file(done, fail));
      given.push({ path: `${folder.name}/${file.name}`, file });
    }
  }
}
