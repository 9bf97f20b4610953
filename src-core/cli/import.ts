import { describeProblem, diffCaptures, ptdumpText } from '../index.ts';
import type { Capture, CapturedMm } from '../index.ts';
import type { Imported } from './capture-files.ts';
import { readImported } from './capture-files.ts';
import { diffJson, diffLines, importedJson, importedLines, reportLines } from './import-print.ts';
import type { Io } from './io.ts';

const USAGE =
  'import <dump, capture folder, or tables.bin[.gz] with meta.json>… [--json] [--ptdump init_mm|efi_mm] [--report] [--diff A B]';

interface Options {
  readonly paths: readonly string[];
  readonly meta: string | undefined;
  readonly json: boolean;
  readonly ptdump: CapturedMm | undefined;
  readonly report: boolean;
  readonly diff: readonly [string, string] | undefined;
}

/**
 * The `import` command: prints what was recognised with tables and leaves by mm and level, or with --ptdump the kernel's
 * text alone. Returns the exit code: 0, or 2 for bad input, told in one line on standard error.
 */
export async function importCommand(args: string[], io: Io): Promise<number> {
  const refuse = (why: string): number => {
    io.err(`import: ${why.replace(/\s*\n\s*/g, ' ')}\n`);
    return 2;
  };
  const options = parseOptions(args);
  if (typeof options === 'string') return refuse(options);

  // Everything is read before anything is printed: bad input leaves standard output empty.
  const inputs: Imported[] = [];
  for (const path of [...options.paths, ...(options.diff ?? [])]) {
    const read = await readImported(path, io.cwd, options.meta);
    if (!read.ok) return refuse(describeProblem(read.error));
    inputs.push(read.value);
  }
  const compared = options.diff === undefined ? [] : inputs.splice(-2);

  const parts: string[] = [];
  const reports = new Map<Imported, Capture>();
  for (const input of inputs) {
    if (options.ptdump !== undefined || options.report) {
      const capture = captureOf(input, options.report ? '--report' : '--ptdump');
      if (typeof capture === 'string') return refuse(capture);
      if (options.report && !options.json) reports.set(input, capture);
      if (options.ptdump !== undefined) {
        const text = ptdumpText(capture, options.ptdump);
        if (!text.ok) return refuse(describeProblem({ ...text.error, path: input.label }));
        parts.push(text.value);
        continue;
      }
    }
    parts.push(options.json ? importedJson(input, options.report) : importedLines(input));
    const reported = reports.get(input);
    if (reported !== undefined) parts.push(reportLines(reported));
  }
  if (compared.length === 2) {
    const [a, b] = compared.map((input) => captureOf(input, '--diff'));
    if (typeof a === 'string') return refuse(a);
    if (typeof b === 'string') return refuse(b);
    if (a === undefined || b === undefined) return refuse('--diff wants two captures');
    const labels = [compared[0]?.label ?? '', compared[1]?.label ?? ''] as const;
    const diff = diffCaptures(a, b);
    if (!diff.ok) return refuse(describeProblem(diff.error));
    parts.push(options.json ? diffJson(labels, diff.value) : diffLines(labels, a.world.geo, diff.value));
  }
  io.out(parts.join(options.ptdump === undefined && !options.json ? '\n' : ''));
  return 0;
}

/** The capture behind an input, rebuilt where it is a text; or why there is none for what is asked. */
function captureOf(input: Imported, option: string): Capture | string {
  if (input.kind === 'capture') return input.capture;
  if (input.rebuilt.ok) return input.rebuilt.value;
  return `${input.label}: ${option} needs tables, and none can be rebuilt from this text: ${describeProblem(input.rebuilt.error)}`;
}

/** The command line's options, or what is wrong with them. */
function parseOptions(args: readonly string[]): Options | string {
  const paths: string[] = [];
  let meta: string | undefined;
  let json = false;
  let report = false;
  let ptdump: CapturedMm | undefined;
  let diff: [string, string] | undefined;
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] ?? '';
    if (arg === '--json') {
      json = true;
    } else if (arg === '--report') {
      report = true;
    } else if (arg === '--ptdump' || arg.startsWith('--ptdump=')) {
      const mm = arg === '--ptdump' ? args[++i] : arg.slice('--ptdump='.length);
      if (mm !== 'init_mm' && mm !== 'efi_mm')
        return `--ptdump wants init_mm or efi_mm, not ${mm ?? 'nothing'}`;
      ptdump = mm;
    } else if (arg === '--diff') {
      const a = args[++i];
      const b = args[++i];
      if (a === undefined || b === undefined) return '--diff wants two captures: --diff A B';
      diff = [a, b];
    } else if (arg.startsWith('-') && arg !== '-') {
      return `unknown option ${arg}; usage: ${USAGE}`;
    } else if (arg.endsWith('.json')) {
      if (meta !== undefined) return `${arg}: a second meta.json; one is enough`;
      meta = arg;
    } else {
      paths.push(arg);
    }
  }
  if (ptdump !== undefined && (json || report || diff !== undefined)) {
    return '--ptdump prints the text alone: leave --json, --report and --diff out';
  }
  if (paths.length === 0 && diff === undefined) return `name what to import; usage: ${USAGE}`;
  if (meta !== undefined && paths.length + (diff === undefined ? 0 : 2) > 1) {
    return `${meta}: a meta.json on the command line belongs to one tables file, and there are several`;
  }
  return { paths, meta, json, ptdump, report, diff };
}
