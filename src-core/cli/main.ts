import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadCalls, nearest } from '../index.ts';
import { benchCommand } from './bench.ts';
import { claimsCommand } from './claims.ts';
import { compareCommand } from './compare.ts';
import { DONE, refuse } from './errors.ts';
import { goldenCommand } from './golden.ts';
import { importCommand } from './import.ts';
import type { Io } from './io.ts';
import { terminalIo } from './io.ts';
import { linkCommand } from './link.ts';
import { openCommand } from './open.ts';
import { runCommand } from './run.ts';
import { mergeCommand, searchCommand } from './search.ts';

interface Command {
  readonly usage: string;
  readonly does: string;
  run(args: string[], io: Io): Promise<number>;
}

const COMMANDS: Readonly<Record<string, Command>> = {
  run: {
    usage:
      'run <scenario> [--revision R] [--arch A] [--schedule S] [--short | --json] [--fold auto|always|never]',
    does: 'run a scenario and print what happens, step by step',
    run: runCommand,
  },
  link: {
    usage: 'link <scenario> [--schedule S] [--step N] [--revision R] [--embed] [--theme T] [--base URL]',
    does: 'print the link of a scenario',
    run: linkCommand,
  },
  open: {
    usage: 'open <link>',
    does: 'print the scenario that a link opens',
    run: openCommand,
  },
  import: {
    usage: 'import <dump or capture>… [--json] [--ptdump init_mm|efi_mm] [--report] [--diff A B]',
    does: 'read captured page tables or a ptdump text',
    run: importCommand,
  },
  golden: {
    usage: 'golden <file or capture folder>… [--only key=value]…',
    does: 'check the engine against recorded traces',
    run: goldenCommand,
  },
  compare: {
    usage: 'compare <scenario> --revisions A,B [--schedule S]',
    does: 'run a scenario at two revisions and show where they part',
    run: compareCommand,
  },
  search: {
    usage:
      'search <scenario> [--revision R] [--max-switches N] [--workers N] [--shard k/n] [--budget SECONDS] [--json]',
    does: 'look for an interleaving that goes wrong, or show that there is none',
    run: searchCommand,
  },
  merge: {
    usage: 'merge <result.json>… [--json]',
    does: 'join the results of search --shard',
    run: mergeCommand,
  },
  claims: {
    usage: 'claims [--json] [--only id,…] [--all]',
    does: 'check every statement about the kernel by running its scenarios',
    run: claimsCommand,
  },
  bench: {
    usage: 'bench',
    does: 'measure, side by side',
    run: benchCommand,
  },
};

/**
 * The `pagewalk` command. `argv` is what follows the command's name. Returns the exit code: 0, 1 if something failed, 2 for bad
 * input, told in one line on standard error.
 */
export async function main(argv: readonly string[], io: Io = terminalIo()): Promise<number> {
  const [name, ...args] = argv;
  if (name === undefined) return refuse(io, 'pagewalk', 'name a command; pagewalk help lists them');
  if (name === '--version') {
    io.out(`pagewalk ${await version(io)}\n`);
    return DONE;
  }
  if (name === 'help' || name === '--help' || name === '-h') return help(args, io);
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (command === undefined) {
    const [close] = nearest(name, Object.keys(COMMANDS));
    const hint = close === undefined ? 'pagewalk help lists them' : `did you mean ${close}?`;
    return refuse(io, 'pagewalk', `there is no command ${JSON.stringify(name)}; ${hint}`);
  }
  if (args.includes('--help')) return help([name], io);
  await loadCalls();
  return command.run(args, io);
}

function help(args: readonly string[], io: Io): number {
  const [name] = args;
  if (name !== undefined) {
    const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
    if (command === undefined) return refuse(io, 'help', `there is no command ${JSON.stringify(name)}`);
    io.out(`${command.usage}\n  ${command.does}\n`);
    return DONE;
  }
  const lines = Object.values(COMMANDS).map(({ usage, does }) => `  ${usage}\n      ${does}\n`);
  io.out(`pagewalk: watch the Linux kernel walk, change and free page tables

${lines.join('')}  help [command], --version

A scenario is a library id (first-walk), a file of JSON (- for standard input), or a link.
Exit codes: 0 done, 1 failed, 2 bad input. docs/terminal.md has an example of each command.
`);
  return DONE;
}

async function version(io: Io): Promise<string> {
  const text = await readFile(join(process.env['PAGEWALK_ROOT'] ?? io.cwd, 'package.json'), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
