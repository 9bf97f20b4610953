import { useId, useRef, useState } from 'react';
import { formatJson, linkReach, traceJson, traceMarkdown, traceText } from '../engine.ts';
import { carry } from '../actions/carry.ts';
import { copy, copyPicture, download } from '../actions/files.ts';
import { linkOf } from '../actions/link.ts';
import type { MapPicture } from '../map/picture.ts';
import { mapPicture, pictureAsPng } from '../map/picture.ts';
import { useNow } from '../parts/useScene.ts';
import { sentence } from '../text/problems.ts';
import { Dialog } from './Dialog.tsx';

const REACH = {
  anywhere: 'short enough for any mail or chat',
  'chat and mail': 'some chat programs cut links above 2,000 characters',
  'browsers only': 'too long for most mail and chat programs; share the scenario as a file',
} as const;

/** The scene as a link, as text, as a file. */
export default function ShareDialog() {
  const now = useNow();
  const { run, cursor, scenario } = now;
  const [said, setSaid] = useState('');
  const field = useRef<HTMLTextAreaElement>(null);
  const fieldId = useId();
  const link = linkOf(now, cursor);
  const carried = carry(now);
  const url = link.ok ? new URL(link.value, location.href).href : '';
  const name =
    scenario.title
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-+|-+$/g, '')
      .slice(0, 60) || 'walk';

  const offer = async (what: string, text: string): Promise<void> => {
    const copied = await copy(text);
    if (!copied && text === url) field.current?.select();
    setSaid(
      copied
        ? `${what} copied.`
        : text === url
          ? 'The browser keeps the clipboard from us: the link is selected, copy it from the field.'
          : 'The browser keeps the clipboard from us: download it instead.',
    );
  };
  const picture = (): MapPicture | undefined => {
    const host = document.querySelector<HTMLElement>('.map-host');
    const at = `step ${cursor} of ${run.steps.length} at ${run.revision}, ${now.world.name}`;
    const told = cursor === 0 ? '' : (document.querySelector('.caption .sentence')?.textContent ?? '');
    const made =
      host &&
      mapPicture(
        host,
        [`${scenario.title}: ${at}`, told].filter((line) => line !== ''),
      );
    if (made) return made;
    setSaid('There is no map to take a picture of.');
    return undefined;
  };
  const savePng = (): void => {
    const made = picture();
    if (made === undefined) return;
    pictureAsPng(made).then(
      (png) => download(`${name}.png`, 'image/png', png),
      () => setSaid('This browser can’t turn the picture into a PNG: take the SVG.'),
    );
  };
  const copyPng = async (): Promise<void> => {
    const made = picture();
    if (made === undefined) return;
    const copied = await copyPicture(pictureAsPng(made));
    setSaid(copied ? 'The picture copied.' : 'The browser keeps the clipboard from us: download it instead.');
  };
  const framed = linkOf(now, cursor, { embed: true });
  const frame = framed.ok ? frameOf(new URL(framed.value, location.href).href, scenario.title) : undefined;
  const markdown = (): string => `${traceMarkdown(run)}\n[Open it in Pagewalk](${url})\n`;
  const json = (): string => formatJson(carried?.scenario ?? scenario);

  return (
    <Dialog title="Share" className="share">
      <section aria-label="Link">
        <h3>Link to this step</h3>
        {link.ok ? (
          <>
            <label className="sr" htmlFor={fieldId}>
              Link
            </label>
            <textarea
              id={fieldId}
              ref={field}
              readOnly
              rows={url.length > 300 ? 4 : 2}
              value={url}
              onFocus={(event) => event.target.select()}
            />
            <p className="share-line">
              <button type="button" className="main" onClick={() => void offer('The link', url)}>
                Copy link
              </button>
              <span className="length" data-reach={linkReach(url.length)}>
                <b>{url.length.toLocaleString('en')}</b> characters: {REACH[linkReach(url.length)]}.
              </span>
            </p>
          </>
        ) : (
          <p className="field-error">{sentence(link.error)}</p>
        )}
        <p className="dim" hidden={!link.ok}>
          {carried === undefined
            ? 'The link holds the scenario and the step. Nothing is sent to a server: everything stands after the #.'
            : `These tables are on your machine only. The link carries the ${carried.tables} ${carried.tables === 1 ? 'table' : 'tables'} that this run touches, and no others.`}
        </p>
      </section>
      <section aria-label="Text and files">
        <h3>As text, or a file</h3>
        <ul className="exports">
          <Export
            name="Text trace"
            about="72 columns, for a mail"
            onCopy={() => void offer('The text trace', traceText(run))}
            onSave={() => download(`${name}.txt`, 'text/plain', traceText(run))}
          />
          <Export
            name="Short trace"
            about="the same for a mail: repeats told in a line"
            onCopy={() => void offer('The short trace', traceText(run, { short: true }))}
            onSave={() => download(`${name}-short.txt`, 'text/plain', traceText(run, { short: true }))}
          />
          <Export
            name="SVG"
            about="the map as shown, in the theme of now"
            onCopy={() => {
              const made = picture();
              if (made !== undefined) void offer('The SVG', made.svg);
            }}
            onSave={() => {
              const made = picture();
              if (made !== undefined) download(`${name}.svg`, 'image/svg+xml', made.svg);
            }}
          />
          <Export name="PNG" about="the same as a bitmap" onCopy={() => void copyPng()} onSave={savePng} />
          <Export
            name="Markdown"
            about="a table of the steps, with the link"
            onCopy={() => void offer('The Markdown', markdown())}
            onSave={() => download(`${name}.md`, 'text/markdown', markdown())}
          />
          {frame !== undefined && (
            <Export
              name="Embed"
              about="an <iframe>: map, caption and steps, for a page of yours"
              onCopy={() => void offer('The frame', frame)}
              onSave={() => download(`${name}.html`, 'text/html', frame)}
            />
          )}
          <Export
            name="Scenario"
            about="JSON, to open again"
            onCopy={() => void offer('The scenario', json())}
            onSave={() => download(`${name}.json`, 'application/json', json())}
          />
          <Export
            name="Steps"
            about="JSON, a line each"
            onCopy={() => void offer('The steps', traceJson(run))}
            onSave={() => download(`${name}.steps.json`, 'application/json', traceJson(run))}
          />
        </ul>
      </section>
      <p className="said" role="status">
        {said}
      </p>
    </Dialog>
  );
}

/** The HTML of a frame that shows a link, for a page of someone's own. */
function frameOf(url: string, title: string): string {
  const quoted = (text: string): string =>
    text.replace(/[&"<>]/g, (c) => ({ '&': '&amp;', '"': '&quot;', '<': '&lt;', '>': '&gt;' })[c] ?? c);
  return `<iframe src="${quoted(url)}" title="${quoted(`${title} · Pagewalk`)}" width="720" height="480" style="border: 1px solid #8888" loading="lazy"></iframe>\n`;
}

interface ExportProps {
  readonly name: string;
  readonly about: string;
  readonly onCopy: () => void;
  readonly onSave: () => void;
}

function Export({ name, about, onCopy, onSave }: ExportProps) {
  return (
    <li>
      <b>{name}</b>
      <span className="dim">{about}</span>
      <button type="button" onClick={onCopy} aria-label={`Copy ${name}`}>
        Copy
      </button>
      <button type="button" onClick={onSave} aria-label={`Download ${name}`}>
        Download
      </button>
    </li>
  );
}
