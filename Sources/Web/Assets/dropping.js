// Files that are chosen, or dropped anywhere on the page.

/** Calls `onFiles` with the files. */
export function acceptFiles(form, onFiles) {
  const input = form.elements.file;
  input.required = false;
  form.querySelector('button').hidden = true;
  input.closest('.dropzone').classList.add('live');
  document.getElementById('or-drop').hidden = false;
  const take = () => {
    const files = [...input.files];
    // The same file can be chosen again.
    form.elements.file.value = '';
    if (files.length) onFiles(files);
  };
  input.addEventListener('change', take);
  form.addEventListener('submit', event => {
    event.preventDefault();
    take();
  });
  acceptDrops(document.documentElement, onFiles);
}

function acceptDrops(root, onFiles) {
  const hasFiles = event => event.dataTransfer?.types.includes('Files');
  root.addEventListener('dragover', event => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = 'copy';
    root.classList.add('dragging');
  });
  root.addEventListener('dragleave', event => { if (!event.relatedTarget) root.classList.remove('dragging'); });
  root.addEventListener('drop', event => {
    root.classList.remove('dragging');
    if (!hasFiles(event)) return;
    event.preventDefault();
    const files = [...event.dataTransfer.files];
    if (files.length) onFiles(files);
  });
}
