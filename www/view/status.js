import { element } from './page.js';

/** The line that says what is going on (read out politely) and the one that says what went wrong. */
export class Status {
  #line = element('status', HTMLElement);
  #fault = element('fault', HTMLElement);

  /** @param {string} text */
  say(text) {
    this.#line.textContent = text;
    this.#fault.hidden = true;
  }

  /** @param {{ code: string, message: string }} error */
  fail({ code, message }) {
    const name = document.createElement('code');
    name.textContent = code;
    this.#fault.replaceChildren(name, ` ${message}.`);
    this.#fault.hidden = false;
  }
}
