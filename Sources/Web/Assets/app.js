// What makes the pages live. Without it they work too: form, list and downloads.

import { keepFresh } from './administration.js';
import { acceptFiles } from './dropping.js';
import { Jobs } from './jobs.js';
import { listen } from './live.js';
import { UploadMemory } from './upload-memory.js';
import { Uploads } from './uploads.js';

function home(form) {
  const news = document.getElementById('news');
  const query = new URLSearchParams(location.search);
  const before = query.get('before');
  const jobs = new Jobs({
    list: document.getElementById('jobs'), nothing: document.getElementById('no-jobs'),
    query: before === null ? '' : `?${new URLSearchParams({ before })}`,
  });
  // Older pages have no news, and no place for new jobs.
  if (before === null) listen(jobs, news); else jobs.refresh().catch(() => {});
  const uploads = new Uploads({
    section: document.getElementById('uploads'), memory: new UploadMemory(form.dataset.account), news,
    onJob: async id => { if (before === null) await jobs.fetch(id).catch(() => {}); },
  });
  acceptFiles(form, files => uploads.add(files, form.elements.preset.value));
}

const form = document.getElementById('upload');
if (form) home(form);

const administration = document.getElementById('administration');
if (administration) keepFresh(administration);
