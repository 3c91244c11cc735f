// The list of uploads, which is seen only while there is one.

import { takeAway } from './dom.js';
import { UploadRow } from './upload-row.js';

export class UploadRows {
  #section;
  #list;

  constructor(section) {
    this.#section = section;
    this.#list = section.querySelector('ul');
  }

  add(name) {
    const row = new UploadRow(name);
    this.#list.append(row.element);
    this.#section.hidden = false;
    return row;
  }

  /** Takes a row away that has nothing more to tell. */
  end(row) {
    takeAway(row.element, document.getElementById('files'));
    this.#section.hidden = this.#list.children.length === 0;
  }
}
