// The shape of a sound: bars as high as its peaks, the played ones in another colour.

import { drawing } from './dom.js';

const bars = 120;
const height = 100;
/** How much of its place a bar fills. */
const width = 0.62;
/** So that silence is seen too. */
const lowest = 3;

let count = 0;

export class Waveform {
  #clip = drawing('rect', { width: 0, height });
  #paths = [drawing('path', { class: 'unplayed' }), drawing('path', { class: 'played' })];

  constructor() {
    count += 1;
    const id = `played-${count}`;
    const [unplayed, played] = this.#paths;
    played.setAttribute('clip-path', `url(#${id})`);
    this.element = drawing('svg', {
      class: 'waveform', viewBox: `0 0 ${bars} ${height}`, preserveAspectRatio: 'none', 'aria-hidden': 'true',
    }, drawing('clipPath', { id }, this.#clip), unplayed, played);
    this.draw([]);
  }

  /** - peaks: 0 to 255, evenly over the sound; none draw a line. */
  draw(peaks) {
    const shape = path(peaks);
    for (const path of this.#paths) path.setAttribute('d', shape);
  }

  /** - part: 0 to 1. */
  setPlayed(part) { this.#clip.setAttribute('width', part * bars); }
}

function path(peaks) {
  return Array.from({ length: bars }, (_, index) => {
    const start = Math.floor(index * peaks.length / bars);
    const end = Math.max(start + 1, Math.floor((index + 1) * peaks.length / bars));
    const peak = Math.max(0, ...peaks.slice(start, end)) / 255;
    const size = Math.max(lowest, peak * height);
    return `M${(index + (1 - width) / 2).toFixed(2)} ${((height - size) / 2).toFixed(1)}`
      + `h${width}v${size.toFixed(1)}h-${width}z`;
  }).join('');
}

/** Fetches what a published job sounds like: `{peaks, duration}` in seconds, or null. */
export async function fetchWaveform(id) {
  const reply = await fetch(`/api/v1/outbox/${id}/waveform`, { headers: { Accept: 'application/json' } });
  return reply.ok ? reply.json() : null;
}
