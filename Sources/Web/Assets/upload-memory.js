// The uploads that have begun and not ended, remembered over reloads: `{address, name, size, lastModified, preset}`.
//
// Each account has its own list, because a browser may have more than one user. Of several pages of one browser only
// one sends an upload: it holds a lock, where there are locks (where the page came over TLS or from this machine).

export class UploadMemory {
  #key;
  /** How to let go of the locks that this page holds, by the upload's address. */
  #held = new Map();

  constructor(account) { this.#key = `soundspool.uploads.${account}`; }

  /** The oldest first. */
  all() {
    try {
      const records = JSON.parse(localStorage.getItem(this.#key)) ?? [];
      return records.filter(record => typeof record?.address === 'string' && record.address.startsWith('/'));
    } catch {
      return [];
    }
  }

  has(address) { return this.all().some(record => record.address === address); }

  keep(record) { this.#save([...this.#others(record.address), record]); }

  forget(address) {
    this.#save(this.#others(address));
    this.#held.get(address)?.();
    this.#held.delete(address);
  }

  /** Says to the other pages that this one sends the upload, until it is forgotten or the page is left. */
  hold(address) {
    if (this.#held.has(address)) return;
    this.#held.set(address, () => {});
    navigator.locks?.request(address, () => new Promise(letGo => this.#held.set(address, letGo)));
  }

  /** Resolves once no page sends the upload. */
  async whenFree(address) { await navigator.locks?.request(address, () => {}); }

  #others(address) { return this.all().filter(record => record.address !== address); }

  #save(records) {
    // Storage may be full or forbidden: then uploads work, but no reload is survived.
    try { localStorage.setItem(this.#key, JSON.stringify(records)); } catch { /* as said */ }
  }
}
