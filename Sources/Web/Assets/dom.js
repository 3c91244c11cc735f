// Making elements. What came from outside reaches the page as text, never as markup.

const svg = 'http://www.w3.org/2000/svg';

/** An HTML element with these properties; `attributes` holds what has no property. */
export function element(tag, { attributes = {}, ...properties } = {}, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

export function drawing(tag, attributes = {}, ...children) {
  const made = document.createElementNS(svg, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

/** A small picture for a button that has its name in words. */
export function icon(path) {
  return drawing('svg', { viewBox: '0 0 24 24', class: 'icon', 'aria-hidden': 'true' }, drawing('path', { d: path }));
}

/** A bar; without a value it shows that something is done, but not how far. */
export function bar(label) { return element('progress', { max: 1, attributes: { 'aria-label': label } }); }

export function setBar(bar, value) {
  if (value == null) bar.removeAttribute('value'); else bar.value = value;
}

/** Writes only what is new, so that screen readers and selections are left alone. */
export function setText(node, text) { if (node.textContent !== text) node.textContent = text; }

/** Takes an element away. Whoever was in it with the keyboard goes on at `next`. */
export function takeAway(node, next) {
  const hadFocus = node.contains(document.activeElement);
  node.remove();
  if (hadFocus) next?.focus();
}
