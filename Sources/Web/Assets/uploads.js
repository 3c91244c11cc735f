// The uploads of this page: at most two at a time, the others wait for their turn.

import { signIn } from './request.js';
import { Speed } from './speed.js';
import { discard, TusUpload } from './tus.js';
import { Unfinished } from './unfinished.js';
import { UploadRows } from './upload-rows.js';

const atATime = 2;

export class Uploads {
  #rows;
  #memory;
  #unfinished;
  #news;
  #onJob;
  #waiting = [];
  #running = new Set();

  /**
   * - news: an element that screen readers read when it changes.
   * - onJob: called with the number of the job that an upload became.
   */
  constructor({ section, memory, news, onJob }) {
    this.#rows = new UploadRows(section);
    this.#memory = memory;
    this.#news = news;
    this.#onJob = onJob;
    this.#unfinished = new Unfinished({
      memory, rows: this.#rows, onFile: (file, row, record) => this.#enqueue({ ...record, file, row }),
    });
    this.#unfinished.restore();
    addEventListener('beforeunload', event => { if (this.#running.size) event.preventDefault(); });
  }

  add(files, preset) {
    for (const file of files) {
      if (this.#unfinished.take(file)) continue;
      const row = this.#rows.add(file.name);
      row.progress(0, file.size);
      this.#enqueue({ file, row, preset });
    }
  }

  /** - upload: its `file`, `row` and `preset`, and its `address` once it has begun. */
  #enqueue(upload) {
    this.#waiting.push(upload);
    upload.row.show('queued', 'Waits for its turn', {
      Cancel: () => {
        this.#waiting = this.#waiting.filter(other => other !== upload);
        this.#giveUp(upload);
      },
    });
    this.#fill();
  }

  #fill() {
    while (this.#running.size < atATime && this.#waiting.length) {
      const upload = this.#waiting.shift();
      this.#running.add(upload);
      this.#run(upload).finally(() => {
        this.#running.delete(upload);
        this.#fill();
      });
    }
  }

  async #run(upload) {
    const { file, row } = upload;
    const sending = this.#sending(upload);
    if (upload.address) this.#memory.hold(upload.address);
    row.show('uploading', 'Uploading', {
      Cancel: () => {
        sending.stop();
        this.#giveUp(upload);
      },
    });
    try {
      const job = await sending.run();
      if (job === null) return;
      this.#memory.forget(upload.address);
      this.#news.textContent = `${file.name}: uploaded`;
      await this.#onJob(job);
      this.#rows.end(row);
    } catch (problem) {
      if (problem.status === 401) this.#leave(); else this.#fail(upload, problem);
    }
  }

  #sending(upload) {
    const { file, row, preset, address } = upload;
    const speed = new Speed();
    const listener = {
      began: address => {
        // An earlier one has expired.
        this.#memory.forget(upload.address);
        upload.address = address;
        const { name, size, lastModified } = file;
        this.#memory.keep({ address, name, size, lastModified, preset });
        this.#memory.hold(address);
      },
      sent: count => {
        speed.add(count);
        row.state(count < file.size ? 'Uploading' : 'Uploaded, being saved');
        row.progress(count, file.size, speed.left(file.size));
      },
      broke: () => {
        speed.reset();
        row.state('Connection lost, trying again');
      },
    };
    return new TusUpload(file, { address, listener, metadata: { filename: file.name, preset } });
  }

  #fail(upload, problem) {
    const { file, row } = upload;
    row.show('failed', 'Not uploaded', {
      'Try again': () => this.#enqueue(upload), Dismiss: () => this.#giveUp(upload),
    });
    row.say(problem.message);
    this.#news.textContent = `${file.name}: not uploaded. ${problem.message}`;
  }

  /** Has the server throw away what it got. */
  #giveUp({ address, row }) {
    this.#memory.forget(address);
    if (address) discard(address);
    this.#rows.end(row);
  }

  /** To sign in: what was sent is remembered, and nothing is being sent that the page would have to ask about. */
  #leave() {
    this.#running.clear();
    this.#waiting = [];
    signIn();
  }
}
