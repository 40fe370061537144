import { element } from './page.js';

/** One line: what is going on, read out politely, or what went wrong, read out at once. */
export class Status {
  #line = element('status', HTMLElement);
  #fault = element('fault', HTMLElement);

  /** @param {string} text */
  say(text) {
    this.#line.textContent = text;
    this.#fault.replaceChildren();
  }

  /** @param {{ code: string, message: string }} error */
  fail({ code, message }) {
    const name = document.createElement('code');
    name.textContent = code;
    this.#line.textContent = '';
    this.#fault.replaceChildren(name, ` ${message}.`);
  }
}
