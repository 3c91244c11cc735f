// The list of jobs, and of drops that wait: newest first.

import { takeAway } from './dom.js';
import { JobRow } from './job-row.js';
import { signIn } from './request.js';

export class Jobs {
  #list;
  #nothing;
  /** The page's part of the list, as the query asks for it. */
  #query;
  #rows = new Map();
  #waiting = [];
  /** Counts questions and news. */
  #clock = 0;
  /** When what is known of each job was asked or told; of the drops that wait, under `null`. */
  #known = new Map();

  constructor({ list, nothing, query }) {
    this.#list = list;
    this.#nothing = nothing;
    this.#query = query;
  }

  /** Asks for the whole truth. */
  async refresh() {
    const asked = ++this.#clock;
    const reply = await this.#get(`/api/v1/jobs${this.#query}`);
    if (!reply) return;
    const { jobs } = await reply.json();
    const there = new Map(jobs.filter(job => job.id !== null).map(job => [job.id, job]));
    for (const id of this.#rows.keys()) if (!there.has(id) && this.#isNews(id, asked)) this.#rows.delete(id);
    for (const job of there.values()) if (this.#isNews(job.id, asked)) this.#update(job);
    if (this.#isNews(null, asked)) this.#waiting = this.#waitingRows(jobs.filter(job => job.id === null));
    this.#show();
  }

  /** Asks for one job. */
  async fetch(id) {
    const asked = ++this.#clock;
    const reply = await this.#get(`/api/v1/jobs/${id}`);
    if (reply) this.put(await reply.json(), asked);
  }

  /** Is told of a job: now, or in answer to a question. */
  put(job, since = ++this.#clock) {
    if (!this.#isNews(job.id, since)) return;
    this.#update(job);
    this.#show();
  }

  setWaiting(drops) {
    this.#isNews(null, ++this.#clock);
    this.#waiting = this.#waitingRows(drops);
    this.#show();
  }

  remove(id) {
    this.#isNews(id, ++this.#clock);
    this.#rows.delete(id);
    this.#show();
  }

  progress(news) { this.#rows.get(news.id)?.progress(news); }

  /** An answer may arrive after news of what came later. */
  #isNews(id, since) {
    if (since < (this.#known.get(id) ?? 0)) return false;
    this.#known.set(id, since);
    return true;
  }

  async #get(address) {
    const reply = await fetch(address, { headers: { Accept: 'application/json' } });
    if (reply.status === 401) signIn();
    return reply.ok ? reply : null;
  }

  #update(job) {
    const row = this.#rows.get(job.id);
    if (row) row.update(job); else this.#rows.set(job.id, new JobRow(job, { onChange: () => this.fetch(job.id) }));
  }

  #waitingRows(drops) {
    const old = new Map(this.#waiting.map(row => [row.job.name, row]));
    return drops.map(drop => {
      const row = old.get(drop.name);
      row?.update(drop);
      return row ?? new JobRow(drop, {});
    });
  }

  /** Moves no row that is in its place, so that focus and players stay. */
  #show() {
    const newestFirst = [...this.#rows.entries()].sort(([a], [b]) => Number(b) - Number(a)).map(([, row]) => row);
    const wanted = [...this.#waiting, ...newestFirst].map(row => row.element);
    const isWanted = new Set(wanted);
    for (const element of [...this.#list.children]) if (!isWanted.has(element)) takeAway(element, this.#list);
    wanted.forEach((element, index) => {
      const there = this.#list.children[index];
      if (there !== element) this.#list.insertBefore(element, there ?? null);
    });
    this.#nothing.hidden = wanted.length > 0;
  }
}
