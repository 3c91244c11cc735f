// Uploads that earlier pages began: each goes on once its file is chosen again, since a page cannot open it by itself.

import { bytes } from './format.js';
import { discard, look } from './tus.js';

export class Unfinished {
  #memory;
  #rows;
  #onFile;
  #entries = [];

  /**
   * - rows: makes rows and takes them away.
   * - onFile: called with the file, its row and what is remembered of it.
   */
  constructor({ memory, rows, onFile }) {
    this.#memory = memory;
    this.#rows = rows;
    this.#onFile = onFile;
  }

  /** Shows what earlier pages began, and what another page sends once it is closed. */
  restore() { for (const record of this.#memory.all()) this.#restore(record); }

  /** Goes on with the upload of this very file, if there is one. */
  take(file) {
    const entry = this.#entries.find(({ record }) => isSame(record, file) && record.lastModified === file.lastModified);
    if (entry) this.#resume(entry, file);
    return entry !== undefined;
  }

  async #restore(record) {
    const { address } = record;
    await this.#memory.whenFree(address);
    if (!this.#memory.has(address)) return;
    const state = await look(address);
    if (state === null || state?.job) this.#memory.forget(address); else this.#offer(record, state?.offset ?? 0);
  }

  #offer(record, offset) {
    const entry = { record, row: this.#rows.add(record.name) };
    const { row } = entry;
    this.#entries.push(entry);
    row.show('unfinished', 'Not finished: choose the file again to go on', { Discard: () => this.#discard(entry) });
    row.offerChoice('Choose the file', file => {
      if (isSame(record, file)) this.#resume(entry, file);
      else row.say(`That is another file. Choose ${record.name}, which has ${bytes(record.size)}.`);
    });
    row.progress(offset, record.size);
  }

  #resume(entry, file) {
    this.#leave(entry);
    this.#onFile(file, entry.row, entry.record);
  }

  #discard(entry) {
    const { address } = entry.record;
    this.#leave(entry);
    this.#memory.forget(address);
    discard(address);
    this.#rows.end(entry.row);
  }

  #leave(entry) { this.#entries = this.#entries.filter(other => other !== entry); }
}

/** When it was changed last is not asked of who points at a file: some phones say another time at each choice. */
function isSame(record, file) { return record.name === file.name && record.size === file.size; }
