/** The form: what the user wants to be done. */

import { FILTERS } from '../engine/filters.js';
import { element, make } from './page.js';
import { Stack } from './stack.js';

/** @import { Dial, Filter, Layer } from '../engine/filters.js' */
/** @import { Mode } from '../demo.js' */

/** More workers than this is more than a photo has use for. */
const MOST_WORKERS = 16;

/** @typedef {'loading' | 'ready' | 'running' | 'broken'} Phase */

/** @typedef {{ before: Layer[], filter: string, params: Record<string, number>, mode: Mode, workers: number }} Wanted */

export class Controls {
  #form = element('controls', HTMLFormElement);
  #workers = element('workers', HTMLInputElement);
  #dials = element('dials', HTMLElement);
  #run = element('run', HTMLButtonElement);
  #both = element('both', HTMLButtonElement);
  #cancel = element('cancel', HTMLButtonElement);
  #stack;
  /** @type {Phase} */
  #phase = 'loading';

  /**
   * @param {object} on what the buttons do
   * @param {() => void} on.run
   * @param {() => void} on.both
   * @param {() => void} on.cancel
   * @param {() => void} on.workers the number of workers was changed
   * @param {() => void} on.follow other filters are wanted, or other dials of them, and workers are to follow
   */
  constructor(on) {
    const follow = () => {
      if (this.#phase === 'ready' && this.wanted.mode === 'pool') on.follow();
    };
    this.#stack = new Stack(() => this.#put(), follow);
    this.#setUpWorkers();
    this.#addFilters(follow);
    this.#form.addEventListener('submit', (event) => {
      event.preventDefault();
      if (!this.#run.disabled) on.run();
    });
    this.#both.addEventListener('click', on.both);
    this.#cancel.addEventListener('click', on.cancel);
    this.#workers.addEventListener('change', on.workers);
    this.#form.addEventListener('input', () => this.#reflect());
    this.#dials.addEventListener('input', follow);
    this.#reflect();
  }

  #setUpWorkers() {
    const most = Math.min(MOST_WORKERS, Math.max(2, navigator.hardwareConcurrency || 2));
    this.#workers.max = String(most);
    this.#workers.value = String(most > 2 ? most - 1 : most);
  }

  /** @param {() => void} follow */
  #addFilters(follow) {
    const chips = FILTERS.map(({ kernel, label }, index) => {
      const chip = make('label', 'chip');
      const input = document.createElement('input');
      Object.assign(input, { type: 'radio', name: 'filter', value: kernel, checked: index === 0 });
      input.addEventListener('change', () => {
        this.#showDials();
        follow();
      });
      chip.append(input, make('span', '', label));
      return chip;
    });
    element('filters', HTMLElement).replaceChildren(...chips);
    this.#showDials();
  }

  /** @returns {Filter} */
  get #filter() {
    const kernel = new FormData(this.#form).get('filter');
    const filter = FILTERS.find((candidate) => candidate.kernel === kernel);
    if (filter === undefined) throw new Error('no filter is chosen');
    return filter;
  }

  #showDials() {
    element('filter-hint', HTMLElement).textContent = this.#filter.hint;
    this.#dials.replaceChildren(...this.#filter.dials.map(dialRow));
  }

  /** What is chosen goes below, and another one is chosen. */
  #put() {
    const { filter, params } = this.wanted;
    const next = FILTERS[(FILTERS.indexOf(this.#filter) + 1) % FILTERS.length];
    const chip = this.#form.querySelector(`input[name="filter"][value="${next?.kernel}"]`);
    if (chip instanceof HTMLInputElement) chip.checked = true;
    this.#showDials();
    this.#stack.add({ filter, params });
  }

  #reflect() {
    const onPage = this.wanted.mode === 'page';
    element('page-warning', HTMLElement).hidden = !onPage;
    element('workers-dial', HTMLElement).hidden = onPage;
    element('workers-value', HTMLElement).textContent = this.#workers.value;
    for (const row of this.#dials.querySelectorAll('.dial')) {
      const input = row.querySelector('input');
      const value = row.querySelector('.value');
      if (input && value) value.textContent = input.value;
    }
  }

  /** @returns {Wanted} */
  get wanted() {
    const fields = new FormData(this.#form);
    const { kernel, dials } = this.#filter;
    const params = Object.fromEntries(dials.map(({ name }) => [name, Number(fields.get(name))]));
    const mode = fields.get('mode') === 'page' ? 'page' : 'pool';
    return { before: this.#stack.layers, filter: kernel, params, mode, workers: Number(this.#workers.value) };
  }

  /** @param {Phase} phase what the buttons allow */
  allow(phase) {
    this.#phase = phase;
    const hadFocus = document.activeElement;
    this.#cancel.disabled = phase !== 'running';
    this.#run.disabled = phase !== 'ready';
    this.#both.disabled = phase !== 'ready';
    if (phase === 'running' && hadFocus === this.#run) this.#cancel.focus();
    if (phase === 'ready' && hadFocus === this.#cancel) this.#run.focus();
  }
}

/** @param {Dial} dial */
function dialRow({ name, label, min, max, step, value }) {
  const row = make('div', 'dial');
  const id = `dial-${name}`;
  const input = document.createElement('input');
  Object.assign(input, { type: 'range', id, name, min, max, step, value });
  const caption = document.createElement('label');
  Object.assign(caption, { htmlFor: id, textContent: label });
  const shown = make('span', 'value', String(value));
  shown.setAttribute('aria-hidden', 'true');
  row.append(caption, shown, input);
  return row;
}
