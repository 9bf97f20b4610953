import type { Pointing, PointingAt } from './pointing.ts';
import type { Stage } from './stage.ts';
import type { Zooming } from './zooming.ts';

/** The pointer on the map. Its code comes after the first picture; a click that is sooner waits for it. */
export class LatePointing {
  private pointing: Pointing | undefined;
  private early: MouseEvent | undefined;
  private gone = false;
  private readonly stop = new AbortController();

  constructor(host: HTMLElement, stage: Stage, zooming: Zooming, at: PointingAt) {
    const load = async (): Promise<void> => {
      const made = await import('./pointing.ts');
      if (this.gone || this.pointing !== undefined) return;
      this.stop.abort();
      this.pointing = new made.Pointing(host, stage, zooming, at);
      const { early } = this;
      if (early?.target instanceof Node && early.target.isConnected)
        early.target.dispatchEvent(new MouseEvent('click', early));
    };
    // What could not be loaded is asked for again by the next click.
    const ask = (): void => void load().catch(() => undefined);
    host.addEventListener(
      'click',
      (e) => {
        this.early = e;
        ask();
      },
      { signal: this.stop.signal },
    );
    requestAnimationFrame(() => setTimeout(ask, 0));
  }

  destroy(): void {
    this.gone = true;
    this.stop.abort();
    this.pointing?.destroy();
  }

  hideTip(): void {
    this.pointing?.hideTip();
  }
}
