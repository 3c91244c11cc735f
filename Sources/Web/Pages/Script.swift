/// What makes the page live: uploads with a progress bar, and news as they happen. Everything that came from outside
/// reaches the page as text, never as markup.
enum Script {
    static let text = #"""
        'use strict';
        (() => {
          const list = document.getElementById('jobs');
          const form = document.getElementById('upload');
          if (!list || !form) return;
          const uploads = document.getElementById('uploads');
          const news = document.getElementById('news');
          const nothing = document.getElementById('no-jobs');
          const isFirstPage = !new URLSearchParams(location.search).has('before');
          const titles = {
            waiting: 'Waiting', queued: 'In the queue', converting: 'Converting', published: 'Ready',
            failed: 'Failed', cancelled: 'Cancelled',
          };

          function element(tag, properties, ...children) {
            const made = Object.assign(document.createElement(tag), properties);
            made.append(...children);
            return made;
          }

          // Without a value the bar shows that something is done, but not how far.
          function bar(label, value) {
            const made = element('progress', { max: 1 });
            made.setAttribute('aria-label', label);
            if (value != null) made.value = value;
            return made;
          }

          // The jobs on the page by their number, and the drops that wait, which have none.
          const jobs = new Map();
          let waiting = [];

          function row(job) {
            const made = element('li', { className: job.state },
              element('span', { className: 'name', textContent: job.name }), ' ',
              element('span', { className: 'state', textContent: titles[job.state] || job.state }));
            if (job.state === 'converting') made.append(bar('Progress of ' + job.name, job.progress));
            if (job.output) {
              const text = 'Download ' + job.output.split('/').pop();
              made.append(' ', element('a', { href: '/api/v1/outbox/' + job.id, download: '', textContent: text }));
            }
            if (job.message) made.append(element('p', { textContent: job.message }));
            return made;
          }

          function show() {
            const newestFirst = [...jobs.values()].sort((a, b) => Number(b.job.id) - Number(a.job.id));
            list.replaceChildren(...waiting.map(row), ...newestFirst.map(entry => entry.row));
            nothing.hidden = list.children.length > 0;
          }

          function put(job) { jobs.set(job.id, { job, row: row(job) }); }

          async function refresh() {
            const reply = await fetch('/api/v1/jobs', { headers: { Accept: 'application/json' } });
            if (reply.status === 401) { location.assign('/sign-in'); return; }
            if (!reply.ok) return;
            const page = await reply.json();
            jobs.clear();
            waiting = page.jobs.filter(job => job.id === null);
            page.jobs.filter(job => job.id !== null).forEach(put);
            show();
          }

          function listen() {
            const source = new EventSource('/api/v1/jobs/events');
            source.addEventListener('open', () => refresh().catch(() => {}));
            source.addEventListener('waiting', event => { waiting = JSON.parse(event.data).jobs; show(); });
            source.addEventListener('job', event => {
              const job = JSON.parse(event.data);
              put(job);
              show();
              news.textContent = job.name + ': ' + (titles[job.state] || job.state);
            });
            source.addEventListener('returned', event => { jobs.delete(JSON.parse(event.data).id); show(); });
            source.addEventListener('progress', event => {
              const { id, progress } = JSON.parse(event.data);
              const meter = jobs.get(id)?.row.querySelector('progress');
              if (meter && progress != null) meter.value = progress;
            });
            source.addEventListener('error', () => {
              // The browser connects again by itself, unless it was turned away.
              if (source.readyState !== EventSource.CLOSED) return;
              setTimeout(() => refresh().catch(() => {}).finally(listen), 5000);
            });
          }
          if (isFirstPage) listen();

          function reason(request) {
            try { return JSON.parse(request.responseText).detail; } catch { return 'The server could not be reached.'; }
          }

          function upload(file, preset) {
            return new Promise(done => {
              const meter = bar('Upload of ' + file.name, 0);
              const state = element('span', { className: 'state', textContent: 'Uploading' });
              const made = element('li', {}, element('span', { className: 'name', textContent: file.name }), ' ', state, meter);
              uploads.append(made);
              const request = new XMLHttpRequest();
              request.upload.addEventListener('progress', event => {
                if (event.lengthComputable) meter.value = event.loaded / event.total;
              });
              request.addEventListener('loadend', () => {
                meter.remove();
                if (request.status === 201) {
                  state.textContent = 'Uploaded';
                  // News of the job may have overtaken this reply.
                  const job = JSON.parse(request.responseText);
                  if (!jobs.has(job.id)) put(job);
                  show();
                } else {
                  made.className = 'failed';
                  state.textContent = 'Not uploaded';
                  made.append(element('p', { textContent: reason(request) }));
                }
                done();
              });
              const name = encodeURIComponent(file.name.toWellFormed?.() ?? file.name);
              request.open('PUT', '/api/v1/inbox/' + name + '?preset=' + encodeURIComponent(preset));
              request.send(file);
            });
          }

          form.addEventListener('submit', async event => {
            event.preventDefault();
            const files = [...form.elements.file.files];
            const preset = form.elements.preset.value;
            const button = form.querySelector('button');
            button.disabled = true;
            uploads.replaceChildren();
            for (const file of files) await upload(file, preset);
            form.elements.file.value = '';
            button.disabled = false;
          });
        })();

        """#
}
