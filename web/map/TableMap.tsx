import type { KeyboardEvent, ReactElement } from 'react';
import { useId, useLayoutEffect, useRef, useState } from 'react';
import { MapController } from './controller.ts';
import type { TableMapProps } from './types.ts';
import '../styles/map.css';
import '../styles/map-shapes.css';
import '../styles/map-now.css';
import '../styles/map-over.css';

/**
 * The page tables, from the roots to the entries. It fills its container and follows its size. Everything inside the host
 * element is drawn by d3 and the canvas; React owns only the host and the buttons.
 */
export function TableMap(props: TableMapProps): ReactElement {
  const host = useRef<HTMLDivElement>(null);
  const controller = useRef<MapController | null>(null);
  const id = useId().replace(/[^a-zA-Z0-9]/g, '');
  const [zoomed, setZoomed] = useState(false);
  const [ranged, setRanged] = useState(false);

  useLayoutEffect(() => {
    if (host.current === null) return undefined;
    const made = new MapController(host.current, `map${id}`);
    made.onZoomed = setZoomed;
    made.onRanged = setRanged;
    controller.current = made;
    return () => {
      made.destroy();
      controller.current = null;
    };
  }, [id]);

  useLayoutEffect(() => controller.current?.update(props));

  const stay = (e: KeyboardEvent): void => e.stopPropagation();
  const follow = props.onFollowChange !== undefined && props.follow === false && props.readOnly !== true;
  const asks =
    props.onAsk !== undefined && props.readOnly !== true && (ranged || (props.selected ?? null) !== null);
  return (
    <div className="table-map">
      <div
        className="map-host"
        ref={host}
        role="tree"
        aria-label={`Page tables of ${props.world.mms.map((mm) => mm.name).join(' and ')}`}
        aria-multiselectable={props.onSelectRange !== undefined}
        tabIndex={0}
      />
      {(zoomed || follow || asks) && (
        <div className="map-tools" onKeyDown={stay}>
          {asks && (
            <button
              type="button"
              id="map-calls"
              aria-haspopup="menu"
              aria-keyshortcuts="c"
              onClick={(event) =>
                controller.current?.askSelected(event.currentTarget.getBoundingClientRect())
              }
            >
              {ranged ? 'Calls on this range' : 'Calls on this entry'} <kbd>C</kbd>
            </button>
          )}
          {zoomed && (
            <button type="button" onClick={() => controller.current?.fit()}>
              Fit
            </button>
          )}
          {follow && (
            <button type="button" onClick={() => props.onFollowChange?.(true)}>
              Follow <kbd>F</kbd>
            </button>
          )}
        </div>
      )}
    </div>
  );
}
