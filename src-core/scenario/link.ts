import type { Result } from '../base/result.ts';
import { describeProblem, ok, problem } from '../base/result.ts';
import { REVISIONS } from '../revision/revisions.ts';
import { nearest } from './check-nearest.ts';
import { packScenario, unpackScenario } from './codec.ts';
import { Unreadable } from './codec-forms.ts';
import { findLibraryEntry, LIBRARY } from './library.ts';
import { asciiJson, fromBase64url, seal, toBase64url, unseal } from './link-bytes.ts';
import { openScenario } from './migrations.ts';
import { parseSchedule } from './schedule.ts';
import type { Scenario } from './schema.ts';
import { SCENARIO_VERSION } from './format.ts';

/**
 * Links: everything after the `#` of the page's address, nothing of which is sent to a server.
 *
 *     v1.l.<library id>[.<schedule>][@<step>][&option]…
 *     v1.z.<scenario and schedule, deflated, base64url>[@<step>][&option]…
 *
 * Options: `embed`, `theme=dark` or `theme=light`, `fold=always` or `fold=never` (the step counts folded runs, or single steps,
 * where the page would not choose so itself), `rev=<revision>` where it is not the scenario's own, `stop=<walkthrough>.<stop>`
 * for a walkthrough that is under way, `compare=<revision>` for another revision shown beside it.
 */

/** Longest text that is looked at, in characters. */
export const LINK_MAX_CHARS = 32_768;
/** Most characters that come out of a link's payload. */
export const LINK_MAX_INFLATED = 256 * 1024;

export interface LinkOptions {
  /** Shown inside another page, small and read-only. */
  readonly embed?: boolean;
  readonly theme?: 'dark' | 'light';
  /** How runs of like steps are counted, where not left to the page. */
  readonly fold?: 'always' | 'never';
  /** The walkthrough that is under way and its stop, by their ids. That there are such is for the page to find out. */
  readonly stop?: { readonly walkthrough: string; readonly stop: string };
  /** A revision to show beside the one it runs at. */
  readonly compare?: string;
}

/** What to make a link of. */
export interface LinkTarget {
  /** A library id, or a scenario. */
  readonly source: { readonly library: string } | { readonly scenario: Scenario };
  /** Choices, as `a3ba12`. */
  readonly schedule?: string;
  /** The cursor: a step from 1, or 0 for the start. */
  readonly step?: number;
  readonly revision?: string;
  readonly options?: LinkOptions;
}

/** What a link opens to. Everything in it has been checked. */
export interface Link {
  /** Set if it is a library link. */
  readonly library: string | undefined;
  readonly scenario: Scenario;
  /** Empty if it makes no choices. That each choice can be made there is known only when it runs. */
  readonly schedule: string;
  /** May lie beyond the end of the run: show the last step then. */
  readonly step: number | undefined;
  /** The revision to run at: the scenario's, unless the link says otherwise. */
  readonly revision: string;
  readonly options: LinkOptions;
  /** Things the link says that this page does not know: one sentence each. */
  readonly notices: readonly string[];
}

export type LinkFault =
  | 'empty'
  | 'too-long'
  | 'grammar'
  | 'newer'
  | 'damaged'
  | 'too-big'
  | 'scenario'
  | 'library'
  | 'schedule'
  | 'step'
  | 'revision';

/** Why a link could not be opened. */
export interface LinkProblem {
  readonly fault: LinkFault;
  /** Place in the scenario, for `scenario`; else empty. */
  readonly path: string;
  /** One whole sentence. */
  readonly message: string;
  /** The nearest ids that exist: library ids for `library`, revisions for `revision`; else none. */
  readonly suggestions: readonly string[];
}

/**
 * The link of a scenario, from `#` on. A problem if it would be longer than a link may be, or more would come out of it than
 * may: then the scenario has to travel as a file.
 */
export function encodeLink(target: LinkTarget): Result<string> {
  const { source, schedule = '', step, revision, options = {} } = target;
  let own: string | undefined;
  let text: string;
  if ('library' in source) {
    own = findLibraryEntry(source.library)?.scenario.revision;
    text = `v1.l.${source.library}${schedule === '' ? '' : `.${schedule}`}`;
  } else {
    own = source.scenario.revision;
    const packed = packScenario(source.scenario);
    const json = asciiJson(schedule === '' ? [packed] : [packed, schedule]);
    if (json.length > LINK_MAX_INFLATED)
      return problem('', 'The scenario is too large for a link; share it as a file.');
    text = `v1.z.${toBase64url(seal(json))}`;
  }
  if (step !== undefined) text += `@${step}`;
  if (options.embed === true) text += '&embed';
  if (options.theme !== undefined) text += `&theme=${options.theme}`;
  if (options.fold !== undefined) text += `&fold=${options.fold}`;
  if (revision !== undefined && revision !== own) text += `&rev=${revision}`;
  if (options.stop !== undefined) text += `&stop=${options.stop.walkthrough}.${options.stop.stop}`;
  if (options.compare !== undefined) text += `&compare=${options.compare}`;
  if (text.length + 1 > LINK_MAX_CHARS)
    return problem(
      '',
      `The link would be ${text.length + 1} characters long, and ${LINK_MAX_CHARS} are the most; share the scenario as a file.`,
    );
  return ok(`#${text}`);
}

/** Where a link of this many characters can be expected to survive. */
export function linkReach(characters: number): 'anywhere' | 'chat and mail' | 'browsers only' {
  return characters <= 2000 ? 'anywhere' : characters <= 8000 ? 'chat and mail' : 'browsers only';
}

/**
 * Opens a link: a whole address, or its fragment with or without the `#`. Never throws, whatever the text, and does little
 * work for a hostile one.
 */
export function decodeLink(text: string): Result<Link, LinkProblem> {
  if (text.length > LINK_MAX_CHARS)
    return fault(
      'too-long',
      `The link is ${text.length} characters long; ${LINK_MAX_CHARS} are the most that are read.`,
    );
  const fragment = fragmentOf(text);
  if (fragment === '') return fault('empty', 'The link has nothing after its #.');
  const [body = '', ...optionTexts] = fragment.split('&');
  const options = readOptions(optionTexts);

  const version = /^v([1-9][0-9]{0,5})\./.exec(body);
  if (version === null)
    return fault('grammar', 'This is not a Pagewalk link: after the # it should begin with v1.');
  if (Number(version[1]) > 1)
    return fault(
      'newer',
      `The link was made by a newer Pagewalk: its version is ${Number(version[1])}, this page reads 1.`,
    );
  const parts = /^v1\.([a-z])\.([^@]*)(?:@(.*))?$/s.exec(body);
  if (parts === null || (parts[1] !== 'l' && parts[1] !== 'z'))
    return fault('grammar', 'The link’s kind is neither l (from the library) nor z (a scenario of its own).');
  const [, kind, payload = '', stepText] = parts;

  const opened = kind === 'l' ? openLibrary(payload) : openPayload(payload);
  if (!opened.ok) return opened;
  const { library, scenario, schedule } = opened.value;

  const choices = parseSchedule(schedule, scenario.contexts.length);
  if (!choices.ok) return fault('schedule', `The link’s schedule is wrong: ${choices.error.message}.`);
  if (stepText !== undefined && !/^[0-9]{1,9}$/.test(stepText))
    return fault('step', 'The link’s step, after the @, is not a number of at most nine digits.');
  const revision = options.revision ?? scenario.revision;
  if (!REVISIONS.some((r) => r.id === revision))
    return fault(
      'revision',
      `The link asks for revision ${quote(revision)}, which this page does not know.`,
      nearest(
        revision,
        REVISIONS.map((r) => r.id),
      ),
    );
  return ok({
    library,
    scenario,
    schedule,
    step: stepText === undefined ? undefined : Number(stepText),
    revision,
    options: options.known,
    notices: options.notices,
  });
}

function fault(
  kind: LinkFault,
  message: string,
  suggestions: readonly string[] = [],
  path = '',
): Result<never, LinkProblem> {
  return { ok: false, error: { fault: kind, path, message, suggestions } };
}

/** For messages: quoted, and cut if long. */
function quote(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);
}

/** What follows the first `#`, or the text itself if it looks like a fragment. Mail and chat programs escape some characters. */
function fragmentOf(text: string): string {
  const trimmed = text.trim().replace(/^<|>$/g, '');
  const hash = trimmed.indexOf('#');
  const fragment =
    hash >= 0 ? trimmed.slice(hash + 1) : /^[a-z][a-z0-9+.-]*:\/\//i.test(trimmed) ? '' : trimmed;
  if (!fragment.includes('%')) return fragment;
  try {
    return decodeURIComponent(fragment);
  } catch {
    return fragment;
  }
}

interface ReadOptions {
  readonly known: LinkOptions;
  readonly revision: string | undefined;
  readonly notices: readonly string[];
}

/** Options that are read; the rest are counted, not listed. */
const MAX_OPTIONS = 16;

const STOP = /^stop=([a-z0-9-]{1,40})\.([a-z0-9-]{1,40})$/;

function readOptions(texts: readonly string[]): ReadOptions {
  let known: LinkOptions = {};
  let revision: string | undefined;
  const notices: string[] = [];
  for (const text of texts.slice(0, MAX_OPTIONS)) {
    if (text === 'embed') known = { ...known, embed: true };
    else if (text === 'theme=dark' || text === 'theme=light')
      known = { ...known, theme: text === 'theme=dark' ? 'dark' : 'light' };
    else if (text === 'fold=always' || text === 'fold=never')
      known = { ...known, fold: text === 'fold=always' ? 'always' : 'never' };
    else if (text.startsWith('rev=')) revision = text.slice(4);
    else if (STOP.test(text)) {
      const [, walkthrough = '', stop = ''] = STOP.exec(text) ?? [];
      known = { ...known, stop: { walkthrough, stop } };
    } else if (text.startsWith('compare=') && REVISIONS.some((r) => r.id === text.slice(8)))
      known = { ...known, compare: text.slice(8) };
    else if (text !== '')
      notices.push(`The link’s option ${quote(text)} is not known here and was left out.`);
  }
  if (texts.length > MAX_OPTIONS)
    notices.push(`The link has ${texts.length} options; ${MAX_OPTIONS} were read.`);
  return { known, revision, notices };
}

interface Opened {
  readonly library: string | undefined;
  readonly scenario: Scenario;
  readonly schedule: string;
}

function openLibrary(payload: string): Result<Opened, LinkProblem> {
  const dot = payload.indexOf('.');
  const id = dot < 0 ? payload : payload.slice(0, dot);
  const entry = findLibraryEntry(id);
  if (entry === undefined) {
    const close = nearest(
      id,
      LIBRARY.map((e) => e.id),
    );
    return fault('library', `The library has no scenario ${quote(id)}.`, close);
  }
  return ok({ library: id, scenario: entry.scenario, schedule: dot < 0 ? '' : payload.slice(dot + 1) });
}

function openPayload(payload: string): Result<Opened, LinkProblem> {
  const sealed = fromBase64url(payload);
  if (sealed === undefined)
    return fault('damaged', 'The link is damaged: it holds characters that no link has, or was cut off.');
  const unsealed = unseal(sealed, LINK_MAX_INFLATED);
  if (!unsealed.ok) {
    return unsealed.why === 'too-big'
      ? fault('too-big', `The link holds more than ${LINK_MAX_INFLATED / 1024} KiB, which no Pagewalk makes.`)
      : fault('damaged', 'The link is damaged: its checksum does not fit what it holds.');
  }
  let json: unknown;
  let schedule: unknown;
  try {
    const [packed, choices, ...more] = asList(JSON.parse(unsealed.text));
    if (more.length > 0) throw new Unreadable(true);
    json = unpackScenario(packed);
    schedule = choices ?? '';
  } catch (error) {
    return error instanceof Unreadable && error.newer
      ? fault('newer', 'The link was made by a newer Pagewalk: it uses something this page does not know.')
      : fault('scenario', 'The link does not hold a scenario.');
  }
  if (typeof schedule !== 'string') return fault('scenario', 'The link does not hold a scenario.');
  const scenario = openScenario(json);
  if (!scenario.ok) {
    const { path } = scenario.error;
    const newer = path === 'version' && Number((json as { version?: unknown }).version) > SCENARIO_VERSION;
    return newer
      ? fault('newer', 'The link was made by a newer Pagewalk: its scenario is of a later version.', [], path)
      : fault('scenario', `The link’s scenario is wrong: ${describeProblem(scenario.error)}.`, [], path);
  }
  return ok({ library: undefined, scenario: scenario.value, schedule });
}

function asList(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw new Unreadable();
  return value;
}
