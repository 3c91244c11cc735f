// A job as the page shows it; `JobRow.swift` shows the same where there are no scripts.

import { confirm } from './confirm.js';
import { bar, element, setBar, setText } from './dom.js';
import { line, percent, timeLeft } from './format.js';
import { Player } from './player.js';
import { reason, send } from './request.js';

const titles = {
  waiting: 'Waiting', queued: 'In the queue', converting: 'Converting', published: 'Ready', failed: 'Failed',
  cancelled: 'Cancelled',
};

export function stateTitle(job) {
  return job.state === 'published' && !job.output ? 'Removed' : titles[job.state] ?? job.state;
}

/** The MP3's, without its folders. */
export function fileName(job) { return job.output.split('/').pop(); }

export class JobRow {
  #onChange;
  #state = element('span', { className: 'state' });
  #detail = element('p', { className: 'detail' });
  #body = element('div');
  #actions = element('div', { className: 'actions' });
  #bar = null;
  #player = null;
  /** What the parts were made for. */
  #shown = '';

  /** - onChange: called when the job has to be asked for again. */
  constructor(job, { onChange }) {
    this.#onChange = onChange;
    this.element = element('li', {},
      element('div', { className: 'title' }, element('h3', { className: 'name', textContent: job.name }), this.#state),
      this.#detail, this.#body, this.#actions);
    this.update(job);
  }

  update(job) {
    this.job = job;
    this.element.className = job.state;
    setText(this.#state, stateTitle(job));
    const shown = `${job.state} ${job.output}`;
    if (shown !== this.#shown) {
      this.#shown = shown;
      this.#rebuild(job);
    }
    if (job.state === 'converting') this.progress(job); else this.#say(job.message ?? '');
  }

  /** - news: has `progress` from 0 to 1 and `left` in seconds, where they are known. */
  progress({ progress, left }) {
    if (!this.#bar) return;
    setBar(this.#bar, progress);
    this.#say(line(progress == null ? '' : percent(progress), left == null ? '' : timeLeft(left)));
  }

  #say(text) {
    setText(this.#detail, text);
    this.#detail.hidden = text === '';
  }

  #rebuild(job) {
    const hadFocus = this.#body.contains(document.activeElement) || this.#actions.contains(document.activeElement);
    this.#player?.stop();
    this.#bar = job.state === 'converting' ? bar(`Conversion of ${job.name}`) : null;
    this.#player = job.output ? new Player(job) : null;
    this.#body.replaceChildren(...[this.#bar, this.#player?.element].filter(part => part));
    this.#actions.replaceChildren(...this.#possible(job));
    this.#actions.hidden = this.#actions.children.length === 0;
    if (!hadFocus) return;
    this.element.tabIndex = -1;
    this.element.focus();
  }

  #possible(job) {
    if (job.output) return [this.#download(job), this.#button('Remove', fileName(job), () => this.#remove())];
    if (['queued', 'converting'].includes(job.state)) return [this.#button('Cancel', job.name, () => this.#cancel())];
    return [];
  }

  #download(job) {
    return element('a', {
      className: 'button', href: `/api/v1/outbox/${job.id}`, download: '',
      textContent: `Download ${fileName(job)}`,
    });
  }

  #button(title, what, act) {
    const button = element('button', {
      type: 'button', className: 'quiet', textContent: title, attributes: { 'aria-label': `${title} ${what}` },
    });
    button.addEventListener('click', act);
    return button;
  }

  async #remove() {
    const isSure = await confirm({
      title: 'Remove the MP3?', text: `${fileName(this.job)} is taken out of your outbox. Nobody can bring it back.`,
      yes: 'Remove', no: 'Keep it',
    });
    if (isSure) this.#ask(`/api/v1/outbox/${this.job.id}`);
  }

  async #cancel() {
    const isSure = await confirm({
      title: 'Cancel the conversion?',
      text: `${this.job.name} will not become an MP3. It is kept in your folder 'failed'.`,
      yes: 'Cancel the conversion', no: 'Go on',
    });
    if (isSure) this.#ask(`/api/v1/jobs/${this.job.id}`);
  }

  async #ask(address) {
    const answer = await send('DELETE', address);
    await this.#onChange?.();
    if (answer.status !== 204) this.#say(reason(answer));
  }
}
