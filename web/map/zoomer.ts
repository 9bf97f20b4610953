import type { D3ZoomEvent } from 'd3';
import { select, zoom, zoomIdentity } from 'd3';
import type { ZoomDriver, ZoomOwner } from './zoom-view.ts';
import { viewOf } from './zoom-view.ts';

const CLOSEST = 4;

/** Reads wheel, drag and fingers on `host`, up to four times close. */
export function zoomer(host: HTMLElement, owner: ZoomOwner): ZoomDriver {
  const behaviour = zoom<HTMLElement, unknown>();
  const withinWhole = behaviour.constrain();
  const on = select(host);
  behaviour
    .scaleExtent([1, CLOSEST])
    .clickDistance(4)
    .filter((e: Event) => owner.wants(e))
    .constrain((transform, extent, whole) => {
      const held = withinWhole(transform, extent, whole);
      const [[x0, y0], [x1, y1]] = extent;
      const { dx, dy } = owner.wayBack(viewOf(held, [x1 - x0, y1 - y0]));
      return dx === 0 && dy === 0 ? held : held.translate(-dx, -dy);
    })
    .on('zoom', (e: D3ZoomEvent<HTMLElement, unknown>) =>
      owner.changed(e.transform, e.sourceEvent instanceof MouseEvent || e.sourceEvent instanceof TouchEvent),
    );
  on.call(behaviour).on('dblclick.zoom', null);
  return {
    extent: (width, height) => {
      const whole: [[number, number], [number, number]] = [
        [0, 0],
        [width, height],
      ];
      behaviour.extent(whole).translateExtent(whole);
    },
    reset: () => behaviour.transform(on, zoomIdentity),
    scaleBy: (factor, at) => behaviour.scaleBy(on, factor, at),
    moveBy: (dx, dy) => behaviour.translateBy(on, dx, dy),
    destroy: () => {
      on.on('.zoom', null);
    },
  };
}
