// Plays an MP3 in its row. One plays at a time.

import { element, icon, setText } from './dom.js';
import { clock } from './format.js';
import { fetchWaveform, Waveform } from './waveform.js';

const playing = 'M7 5h4v14H7zM13 5h4v14h-4z';
const paused = 'M8 5l11 7-11 7z';
/** Seconds that a key goes. */
const steps = { ArrowLeft: -5, ArrowDown: -5, ArrowRight: 5, ArrowUp: 5, PageDown: -30, PageUp: 30 };

let current = null;

export class Player {
  #audio;
  #waveform = new Waveform();
  #button = element('button', { type: 'button', className: 'play' });
  #slider;
  #time = element('span', { className: 'time', attributes: { 'aria-hidden': 'true' } });
  #name;
  /** Seconds, from the waveform, until the MP3 itself says. */
  #duration = 0;

  constructor(job) {
    this.#name = job.output.split('/').pop();
    this.#audio = element('audio', { preload: 'none', src: `/api/v1/outbox/${job.id}` });
    this.#slider = element('div', {
      className: 'slider', tabIndex: 0,
      attributes: { role: 'slider', 'aria-label': `Position in ${this.#name}`, 'aria-valuemin': 0 },
    }, this.#waveform.element);
    this.element = element('div', { className: 'player' }, this.#button, this.#slider, this.#time, this.#audio);
    this.#button.addEventListener('click', () => this.#toggle());
    this.#slider.addEventListener('keydown', event => this.#onKey(event));
    this.#slider.addEventListener('pointerdown', event => this.#onPointer(event));
    this.#slider.addEventListener('pointermove', event => { if (event.buttons & 1) this.#onPointer(event); });
    for (const name of ['play', 'pause', 'ended', 'timeupdate', 'seeking', 'durationchange']) {
      this.#audio.addEventListener(name, () => this.#show());
    }
    this.#audio.addEventListener('error', () => setText(this.#time, 'Cannot be played'));
    this.#show();
    whenSeen(this.element, () => this.#load(job.id));
  }

  stop() { this.#audio.pause(); }

  async #load(id) {
    const waveform = await fetchWaveform(id).catch(() => null);
    if (!waveform) return;
    this.#duration = waveform.duration;
    this.#waveform.draw(waveform.peaks);
    this.#show();
  }

  get #length() { return Number.isFinite(this.#audio.duration) ? this.#audio.duration : this.#duration; }

  #toggle() {
    if (!this.#audio.paused) {
      this.#audio.pause();
      return;
    }
    if (current !== this) current?.stop();
    current = this;
    // What went wrong comes as an event, too.
    this.#audio.play().catch(() => {});
  }

  #onKey(event) {
    const goals = { Home: 0, End: this.#length };
    const goal = goals[event.key] ?? (event.key in steps ? this.#audio.currentTime + steps[event.key] : null);
    if (goal === null || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    this.#seek(goal);
  }

  #onPointer(event) {
    if (event.button > 0) return;
    this.#slider.setPointerCapture(event.pointerId);
    const { left, width } = this.#slider.getBoundingClientRect();
    this.#seek((event.clientX - left) / width * this.#length);
  }

  #seek(goal) {
    this.#audio.currentTime = Math.max(0, Math.min(goal, this.#length));
    this.#show();
  }

  #show() {
    const [position, length] = [this.#audio.currentTime, this.#length];
    const isPaused = this.#audio.paused;
    const label = `${isPaused ? 'Play' : 'Pause'} ${this.#name}`;
    if (this.#button.getAttribute('aria-label') !== label) {
      this.#button.setAttribute('aria-label', label);
      this.#button.replaceChildren(icon(isPaused ? paused : playing));
    }
    this.#waveform.setPlayed(length ? position / length : 0);
    setText(this.#time, `${clock(position)} / ${length ? clock(length) : '–:––'}`);
    this.#slider.setAttribute('aria-valuemax', Math.round(length));
    this.#slider.setAttribute('aria-valuenow', Math.round(position));
    this.#slider.setAttribute('aria-valuetext', `${clock(position)} of ${length ? clock(length) : 'unknown length'}`);
  }
}

/** Calls `act` once, when the element is on the screen or nearly. */
function whenSeen(element, act) {
  const observer = new IntersectionObserver(entries => {
    if (!entries.some(entry => entry.isIntersecting)) return;
    observer.disconnect();
    act();
  }, { rootMargin: '200px' });
  observer.observe(element);
}
