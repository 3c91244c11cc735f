// Keeps what administrators see up to date.

const interval = 5000;

/** Swaps the element for the same page's as it is now, every few seconds while somebody can see it. */
export function keepFresh(element) {
  setInterval(async () => {
    // Whoever is about to press a button there keeps it under the finger.
    if (document.hidden || element.contains(document.activeElement)) return;
    try {
      const reply = await fetch(location.href, { headers: { Accept: 'text/html' } });
      if (reply.redirected) location.assign(reply.url);
      if (!reply.ok) return;
      const page = new DOMParser().parseFromString(await reply.text(), 'text/html');
      const fresh = page.getElementById(element.id);
      if (!fresh || element.contains(document.activeElement)) return;
      element.replaceWith(fresh);
      element = fresh;
    } catch {
      // The next time will tell.
    }
  }, interval);
}
