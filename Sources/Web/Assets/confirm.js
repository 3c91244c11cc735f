// A question that has to be answered before something is done that cannot be undone.

import { element } from './dom.js';

/** Resolves to whether the answer was yes. Escape is no, and the keyboard starts at no. */
export function confirm({ title, text, yes, no }) {
  const dialog = element('dialog', { attributes: { 'aria-labelledby': 'question', 'aria-describedby': 'explanation' } },
    element('form', { method: 'dialog' },
      element('h2', { id: 'question', textContent: title }),
      element('p', { id: 'explanation', textContent: text }),
      element('div', { className: 'actions' },
        element('button', { className: 'quiet', value: 'no', autofocus: true, textContent: no }),
        element('button', { className: 'danger', value: 'yes', textContent: yes }))));
  document.body.append(dialog);
  return new Promise(resolve => {
    dialog.addEventListener('close', () => {
      dialog.remove();
      resolve(dialog.returnValue === 'yes');
    });
    dialog.showModal();
  });
}
