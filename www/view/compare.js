import { element } from './page.js';

const ALL_ORIGINAL = '100';

/** Where nothing is laid out, as in a hidden frame. */
const LEAST = 200;

/** The divider between the original and the filtered photo, and the button that shows the original. */
export class Compare {
  #picture = element('picture', HTMLElement);
  #split = element('split', HTMLInputElement);
  #hold = element('hold', HTMLButtonElement);

  constructor() {
    this.#split.addEventListener('input', () => this.#divide(this.#split.value));
    this.#divide(this.#split.value);
    this.#hold.addEventListener('pointerdown', (event) => {
      this.#hold.setPointerCapture(event.pointerId);
      this.#press(true);
    });
    for (const end of ['pointerup', 'pointercancel', 'blur', 'keyup']) {
      this.#hold.addEventListener(end, () => this.#press(false));
    }
    this.#hold.addEventListener('keydown', ({ key }) => {
      if (key === ' ' || key === 'Enter') this.#press(true);
    });
  }

  /** @param {boolean} isPressed */
  #press(isPressed) {
    this.#hold.classList.toggle('is-held', isPressed);
    this.#divide(isPressed ? ALL_ORIGINAL : this.#split.value);
  }

  /** @param {string} percent how much of the original is shown */
  #divide(percent) {
    this.#picture.style.setProperty('--split', `${percent}%`);
    this.#split.setAttribute('aria-valuetext', `original up to ${percent} %`);
  }

  /**
   * Makes place for a photo.
   * @param {{ width: number, height: number }} photo
   * @returns {{ width: number, height: number }} pixels that the screen has for it
   */
  fit({ width, height }) {
    this.#picture.style.setProperty('--ratio', String(width / height));
    this.#picture.classList.add('is-filled');
    const place = this.#picture.getBoundingClientRect();
    const inPixels = (/** @type {number} */ side) => Math.ceil(Math.max(side, LEAST) * devicePixelRatio);
    return { width: inPixels(place.width), height: inPixels(place.height) };
  }

  /** @param {() => void} listener told when a photo may have another place than before */
  onResize(listener) {
    new ResizeObserver(listener).observe(this.#picture);
  }
}
