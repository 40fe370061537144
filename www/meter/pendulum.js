import { wantsStillness } from '../view/theme.js';

const PERIOD_MS = 2400;

/**
 * A dot moved by script, so it stops when the main thread does; a CSS animation would run on.
 * Who asked for little motion sees a clock instead, which stops just so.
 */
export class Pendulum {
  #dot;
  #clock;
  #shownTenths = -1;
  #reach = 0;

  /**
   * @param {HTMLElement} track
   * @param {HTMLElement} dot inside the track
   * @param {HTMLElement} clock
   */
  constructor(track, dot, clock) {
    this.#dot = dot;
    this.#clock = clock;
    new ResizeObserver(() => {
      this.#reach = track.clientWidth - dot.offsetWidth;
    }).observe(track);
  }

  /** @param {number} now called once per frame */
  swing(now) {
    const turn = wantsStillness() ? 0 : (1 - Math.cos((now / PERIOD_MS) * 2 * Math.PI)) / 2;
    this.#dot.style.setProperty('transform', `translate3d(${(turn * this.#reach).toFixed(1)}px, 0, 0)`);
  }

  /** @param {number} now */
  tell(now) {
    const tenths = Math.floor(now / 100);
    if (tenths === this.#shownTenths) return;
    this.#shownTenths = tenths;
    this.#clock.textContent = `${(tenths / 10).toFixed(1)} s`;
  }
}
