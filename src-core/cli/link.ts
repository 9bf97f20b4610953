import { decodeLink, encodeLink } from '../index.ts';
import { oneArgument, wholeNumber } from './args.ts';
import { DONE, refuse } from './errors.ts';
import type { Io } from './io.ts';
import { openGiven } from './open.ts';

const USAGE =
  'link <file, scenario id or link> [--schedule S] [--step N] [--revision R] [--embed] [--theme dark|light] [--base URL]';

/** `link <file>`: the link of a scenario, from `#` on, or after the address given by --base. */
export async function linkCommand(args: string[], io: Io): Promise<number> {
  const parsed = oneArgument(
    args,
    {
      schedule: { type: 'string' },
      step: { type: 'string' },
      revision: { type: 'string' },
      embed: { type: 'boolean' },
      theme: { type: 'string' },
      base: { type: 'string' },
    },
    USAGE,
  );
  if (!parsed.ok) return refuse(io, 'link', parsed.error);
  const { argument, values } = parsed.value;
  const step = values.step === undefined ? undefined : wholeNumber(values.step);
  if (values.step !== undefined && step === undefined)
    return refuse(io, 'link', `--step ${values.step}: a number of at most nine digits is wanted`);
  const { theme } = values;
  if (theme !== undefined && theme !== 'dark' && theme !== 'light')
    return refuse(io, 'link', `--theme ${theme}: dark or light is wanted`);
  const given = await openGiven(argument, io);
  if (!given.ok) return refuse(io, 'link', given.error);
  const { scenario, library } = given.value;
  const cursor = step ?? given.value.step;
  const made = encodeLink({
    source: library === undefined ? { scenario } : { library },
    schedule: values.schedule ?? given.value.schedule,
    ...(cursor === undefined ? {} : { step: cursor }),
    revision: values.revision ?? given.value.revision,
    options: {
      ...(values.embed === true ? { embed: true } : {}),
      ...(theme === undefined ? {} : { theme }),
    },
  });
  if (!made.ok) return refuse(io, 'link', made.error.message);
  // A wrong schedule or revision shows when the link is opened.
  const back = decodeLink(made.value);
  if (!back.ok) return refuse(io, 'link', back.error.message);
  io.out(`${(values.base ?? '').replace(/#.*$/s, '')}${made.value}\n`);
  return DONE;
}
