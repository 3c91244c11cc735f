// How fast something goes, from what it did in the last seconds.

const span = 15_000;
const shortest = 1000;

export class Speed {
  #samples = [];

  /** Forgets what was before a break. */
  reset() { this.#samples = []; }

  add(amount) {
    const now = performance.now();
    this.#samples.push({ now, amount });
    while (now - this.#samples[0].now > span) this.#samples.shift();
  }

  /** Seconds until `total`; null while that cannot be told. */
  left(total) {
    const [first, last] = [this.#samples[0], this.#samples.at(-1)];
    if (!first || last.now - first.now < shortest || last.amount <= first.amount) return null;
    return (total - last.amount) * (last.now - first.now) / (last.amount - first.amount) / 1000;
  }
}
