import { MOST_STACKED, titleOf } from '../engine/filters.js';
import { element, make } from './page.js';

/** @import { Layer } from '../engine/filters.js' */

/** The filters that are done before the one that is chosen. */
export class Stack {
  #list = element('stack', HTMLElement);
  #add = element('stack-add', HTMLButtonElement);
  #onChange;
  /** @type {Layer[]} */
  #layers = [];

  /**
   * @param {() => void} onAdd the one that is chosen is to be one of them
   * @param {() => void} onChange
   */
  constructor(onAdd, onChange) {
    this.#onChange = onChange;
    this.#add.addEventListener('click', onAdd);
  }

  get layers() {
    return this.#layers;
  }

  /** @param {Layer} layer done last of them */
  add(layer) {
    this.#set([...this.#layers, layer]);
  }

  /** @param {Layer[]} layers */
  #set(layers) {
    this.#layers = layers;
    this.#add.disabled = layers.length + 1 >= MOST_STACKED;
    this.#list.replaceChildren(...layers.map((layer) => this.#row(layer)));
    this.#onChange();
  }

  /** @param {Layer} layer */
  #row(layer) {
    const row = make('li', 'layer');
    const button = document.createElement('button');
    Object.assign(button, { type: 'button', className: 'quiet', textContent: 'Remove' });
    button.setAttribute('aria-label', `Remove ${titleOf(layer)}`);
    button.addEventListener('click', () => {
      this.#set(this.#layers.filter((other) => other !== layer));
      this.#add.focus();
    });
    row.append(make('span', '', titleOf(layer)), button);
    return row;
  }
}
