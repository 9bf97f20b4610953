import { useEffect, useState } from 'react';
import { links } from './actions/links.ts';
import { Caption } from './parts/Caption.tsx';
import { ErrorBoundary } from './parts/ErrorBoundary.tsx';
import { MapPane } from './parts/MapPane.tsx';
import { Notices } from './parts/Notices.tsx';
import { Transport } from './parts/Transport.tsx';
import { useNow, useScene } from './parts/useScene.ts';

/** The page in someone's frame: the map to look at, the caption, the steps, and the way to the whole page. */
export function EmbedView() {
  const now = useNow();
  const scene = useScene();
  const [link, setLink] = useState<string | undefined>();
  const { cursor } = now;
  useEffect(() => {
    let gone = false;
    void links().then(({ linkOf }) => {
      const made = linkOf(scene, cursor);
      if (!gone) setLink(made.ok ? made.value : undefined);
    });
    return () => {
      gone = true;
    };
  }, [scene, cursor]);
  return (
    <main className="centre">
      <h1 className="sr">{now.scenario.title}</h1>
      <ErrorBoundary what="the map">
        <MapPane readOnly />
      </ErrorBoundary>
      <Notices />
      <ErrorBoundary what="the caption">
        <Caption />
      </ErrorBoundary>
      <div className="embed-bar">
        {now.run.steps.length > 0 && <Transport />}
        {link !== undefined && (
          <a href={link} target="_blank" rel="noopener" title={now.scenario.title}>
            Open in Pagewalk
          </a>
        )}
      </div>
    </main>
  );
}
