// News of the jobs as they happen (server-sent events).

import { stateTitle } from './job-row.js';

/** Milliseconds before a stream that the server ended is asked for again. */
const pause = 5000;

/** States that are worth saying aloud. */
const worthSaying = ['published', 'failed', 'cancelled'];

/** - news: an element that screen readers read when it changes. */
export function listen(jobs, news) {
  const source = new EventSource('/api/v1/jobs/events');
  const on = (name, act) => source.addEventListener(name, event => act(JSON.parse(event.data)));
  const refresh = () => jobs.refresh().catch(() => {});
  // The stream begins with news: what was before has to be asked for.
  source.addEventListener('open', refresh);
  on('waiting', ({ jobs: drops }) => jobs.setWaiting(drops));
  on('returned', ({ id }) => jobs.remove(id));
  on('progress', progress => jobs.progress(progress));
  on('job', job => {
    jobs.put(job);
    if (worthSaying.includes(job.state)) news.textContent = `${job.name}: ${stateTitle(job)}`;
  });
  source.addEventListener('error', () => {
    // The browser connects again by itself, unless it was turned away.
    if (source.readyState === EventSource.CLOSED) setTimeout(() => refresh().finally(() => listen(jobs, news)), pause);
  });
}
