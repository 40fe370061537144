import { titleOfAll } from '../engine/filters.js';
import { gap, longTask, megapixels, milliseconds, place, speed } from './format.js';
import { element, make } from './page.js';

/** @import { Finished } from '../demo.js' */

const MOST_ROWS = 50;

/** Anybody sees a page that stands still for longer. */
const SEEN_MS = 50;

/** Past runs, newest first, to compare side by side. */
export class History {
  #rows = element('history', HTMLElement);
  #clear = element('clear-history', HTMLButtonElement);
  #empty = this.#rows.firstElementChild ?? make('tr', 'empty');

  constructor() {
    this.#clear.addEventListener('click', () => {
      this.#rows.replaceChildren(this.#empty);
      this.#clear.disabled = true;
    });
  }

  /** @param {Finished} run */
  add({ request, result }) {
    this.#empty.remove();
    this.#clear.disabled = false;
    const row = document.createElement('tr');
    const name = make('th', '', titleOfAll(request));
    name.setAttribute('scope', 'row');
    row.append(
      name,
      make('td', `place place-${request.mode}`, place(request.mode, request.workers)),
      make('td', 'number', megapixels(result)),
      make('td', 'number', milliseconds(result.firstTileMs)),
      make('td', 'number', milliseconds(result.totalMs)),
      make('td', 'number', speed(result, result.totalMs)),
      verdict(gap(result.frameGapMs), result.frameGapMs),
      verdict(longTask(result.longTaskMs), result.longTaskMs),
    );
    this.#rows.prepend(row);
    while (this.#rows.childElementCount > MOST_ROWS) this.#rows.lastElementChild?.remove();
  }
}

/**
 * @param {string} text
 * @param {number | null} ms
 */
function verdict(text, ms) {
  return make('td', ms !== null && ms > SEEN_MS ? 'number is-bad' : 'number is-good', text);
}
