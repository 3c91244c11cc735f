// An upload as the page shows it.

import { bar, element, setBar, setText } from './dom.js';
import { bytes, line, percent, timeLeft } from './format.js';

export class UploadRow {
  #bar;
  #state = element('span', { className: 'state' });
  #detail = element('p', { className: 'detail' });
  #actions = element('div', { className: 'actions' });

  constructor(name) {
    this.name = name;
    this.#bar = bar(`Upload of ${name}`);
    this.element = element('li', {},
      element('div', { className: 'title' }, element('h3', { className: 'name', textContent: name }), this.#state),
      this.#bar, this.#detail, this.#actions);
  }

  /** - actions: what can be done now, by title: called when it is chosen. */
  show(kind, state, actions) {
    this.element.className = kind;
    this.state(state);
    this.#bar.hidden = kind === 'failed';
    const hadFocus = this.#actions.contains(document.activeElement);
    this.#actions.replaceChildren(...Object.entries(actions).map(([title, act]) => {
      const button = element('button', {
        type: 'button', className: 'quiet', textContent: title, attributes: { 'aria-label': `${title}: ${this.name}` },
      });
      button.addEventListener('click', act);
      return button;
    }));
    if (hadFocus) this.#actions.firstElementChild?.focus();
  }

  state(text) { setText(this.#state, text); }

  /** - left: seconds, where known. */
  progress(sent, size, left = null) {
    setBar(this.#bar, size ? sent / size : 0);
    setText(this.#detail, line(
      `${bytes(sent)} of ${bytes(size)}`, percent(size ? sent / size : 0), left === null ? '' : timeLeft(left)));
  }

  say(text) { setText(this.#detail, text); }

  /** Lets the person choose a file, and gives it to `onFile`. */
  offerChoice(title, onFile) {
    const input = element('input', {
      type: 'file', className: 'unseen', attributes: { 'aria-label': `${title}: ${this.name}` },
    });
    input.addEventListener('change', () => {
      const [file] = input.files;
      input.value = '';
      if (file) onFile(file);
    });
    this.#actions.prepend(element('label', { className: 'button' }, title, input));
  }
}
