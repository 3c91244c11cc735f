// One tus 1.0 upload (https://tus.io/protocols/resumable-upload): made once, sent in one PATCH, and after each break
// taken up again where the server says that it is.

import { reason, send } from './request.js';

const endpoint = '/api/v1/uploads';
const version = { 'Tus-Resumable': '1.0.0' };
/** Milliseconds between tries, before some of it is left to chance. */
const shortestPause = 500;
const longestPause = 30_000;

/** Why an upload ended where trying again would not help. */
export class UploadProblem extends Error {
  constructor(message, status = 0) {
    super(message);
    this.status = status;
  }
}

export class TusUpload {
  #file;
  #metadata;
  #listener;
  #address;
  #offset = null;
  #stopping = new AbortController();

  /**
   * - address: of an upload that was begun earlier.
   * - metadata: what Upload-Metadata shall say.
   * - listener: `began(address)`, `sent(bytes)` and `broke()`.
   */
  constructor(file, { address, metadata, listener }) {
    this.#file = file;
    this.#address = address;
    this.#metadata = metadata;
    this.#listener = listener;
  }

  /** Resolves to the number of the job that the upload became; to null once it was stopped. */
  async run() {
    for (let failures = 0; ; failures += 1) {
      const before = this.#offset;
      const answer = await this.#advance();
      if (this.#stopping.signal.aborted) return null;
      const job = answer.header('Soundspool-Job');
      if (job) return job;
      if (!isTemporary(answer.status)) throw new UploadProblem(reason(answer), answer.status);
      await this.#requireReadable();
      if (before !== null && this.#offset > before) failures = 0;
      this.#listener.broke();
      await pause(failures, this.#stopping.signal);
    }
  }

  /** Sends nothing more. */
  stop() { this.#stopping.abort(); }

  /** Goes as far as it goes now: to the answer that brings the job, or to one that says why not. */
  async #advance() {
    let answer = this.#address ? await this.#look() : await this.#create();
    if (answer.status >= 300 || answer.status === 0 || answer.header('Soundspool-Job')) return answer;
    this.#listener.sent(this.#offset);
    answer = await this.#call('PATCH', this.#address, {
      headers: { 'Upload-Offset': String(this.#offset), 'Content-Type': 'application/offset+octet-stream' },
      body: this.#file.slice(this.#offset),
      onSent: count => this.#listener.sent(this.#offset + count),
    });
    return answer;
  }

  async #create() {
    const headers = { 'Upload-Length': String(this.#file.size), 'Upload-Metadata': encode(this.#metadata) };
    const answer = await this.#call('POST', endpoint, { headers });
    if (answer.status === 201) {
      this.#address = answer.header('Location');
      this.#offset = 0;
      this.#listener.began(this.#address);
    }
    return answer;
  }

  async #look() {
    const answer = await this.#call('HEAD', this.#address);
    if (answer.status === 200) this.#offset = Number(answer.header('Upload-Offset'));
    if (!isGone(answer.status)) return answer;
    this.#address = null;
    return this.#create();
  }

  #call(method, address, { headers, ...more } = {}) {
    return send(method, address, { headers: { ...version, ...headers }, signal: this.#stopping.signal, ...more });
  }

  /** A file that was changed or moved away ends a request just as a lost connection does. */
  async #requireReadable() {
    try {
      await this.#file.slice(0, 1).arrayBuffer();
    } catch {
      throw new UploadProblem('The file cannot be read any more. Choose it again.');
    }
  }
}

/** How far an upload is: its `offset`, and its `job` once it has one; null where there is none, undefined if unknown. */
export async function look(address) {
  const answer = await send('HEAD', address, { headers: version });
  if (isGone(answer.status)) return null;
  if (answer.status !== 200) return undefined;
  return { offset: Number(answer.header('Upload-Offset')), job: answer.header('Soundspool-Job') };
}

/** Has the server throw away what it got. */
export function discard(address) { return send('DELETE', address, { headers: version }); }

function isGone(status) { return status === 404 || status === 410; }

/** No answer; another request that still holds the upload, or whose bytes came meanwhile; the server's own troubles. */
function isTemporary(status) {
  return [0, 408, 409, 423, 429].includes(status) || (status >= 500 && status !== 507) || isGone(status);
}

/** Waits longer after each failure, and not at all once the network is back. */
function pause(failures, signal) {
  const longest = Math.min(longestPause, shortestPause * 2 ** failures);
  return new Promise(resolve => {
    const end = () => {
      clearTimeout(timer);
      removeEventListener('online', end);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, longest * (0.5 + Math.random() / 2));
    addEventListener('online', end);
    signal.addEventListener('abort', end);
  });
}

/** Pairs of a key and a value in Base64 of UTF-8. */
function encode(metadata) {
  return Object.entries(metadata).map(([key, value]) => {
    const utf8 = new TextEncoder().encode(value);
    return `${key} ${btoa(String.fromCharCode(...utf8))}`;
  }).join(',');
}
