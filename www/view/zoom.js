import { element } from './page.js';

/** @import { Demo } from '../demo.js' */

/** Pixels of the screen that an arrow key moves the picture by. */
const STEP = 80;

/** @type {Record<string, [x: number, y: number]>} */
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

const CENTRE = { x: 0.5, y: 0.5 };

/** The photo pixel for pixel: by the button or a double click, and moved by dragging it or with the arrow keys. */
export class Zoom {
  #demo;
  #picture = element('picture', HTMLElement);
  #button = element('zoom', HTMLButtonElement);
  #tried;

  /**
   * @param {Demo} demo
   * @param {(work: Promise<unknown>) => void} tried shows what goes wrong
   */
  constructor(demo, tried) {
    this.#demo = demo;
    this.#tried = tried;
    this.#button.addEventListener('click', () => this.#toggle(CENTRE));
    this.#picture.addEventListener('dblclick', (event) => this.#toggle(this.#placeOf(event)));
    this.#picture.addEventListener('pointerdown', (event) => this.#drag(event));
    this.#button.addEventListener('keydown', (event) => {
      const arrow = ARROWS[event.key];
      if (!arrow || !demo.isZoomed) return;
      event.preventDefault();
      this.#pan(arrow[0] * STEP, arrow[1] * STEP);
    });
    const reflect = () => this.#reflect();
    demo.started.listen(reflect);
    demo.loading.listen((photo) => photo.then(reflect, reflect));
  }

  /** @param {{ x: number, y: number }} place */
  #toggle(place) {
    this.#tried(this.#demo.isZoomed ? this.#demo.overview() : this.#demo.zoom(place));
    this.#reflect();
  }

  #reflect() {
    const { isZoomed } = this.#demo;
    this.#button.setAttribute('aria-pressed', String(isZoomed));
    this.#picture.classList.toggle('is-zoomed', isZoomed);
  }

  /** From 0 to 1, of its sides. @param {MouseEvent} event */
  #placeOf({ clientX, clientY }) {
    const { left, top, width, height } = this.#picture.getBoundingClientRect();
    return { x: (clientX - left) / width, y: (clientY - top) / height };
  }

  /** @param {PointerEvent} down */
  #drag(down) {
    if (!this.#demo.isZoomed || down.button !== 0) return;
    this.#picture.setPointerCapture(down.pointerId);
    const over = new AbortController();
    let [x, y] = [down.clientX, down.clientY];
    this.#picture.addEventListener('pointermove', ({ clientX, clientY }) => {
      this.#pan(x - clientX, y - clientY);
      [x, y] = [clientX, clientY];
    }, over);
    for (const end of ['pointerup', 'pointercancel', 'lostpointercapture']) {
      this.#picture.addEventListener(end, () => over.abort(), over);
    }
  }

  /** @param {number} x pixels of the page @param {number} y */
  #pan(x, y) {
    this.#tried(this.#demo.pan(x * devicePixelRatio, y * devicePixelRatio));
  }
}
