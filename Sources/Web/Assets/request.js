// One request. XMLHttpRequest, because `fetch` does not tell how much of a body has been sent.

/** Milliseconds without a byte or an answer after which a connection counts as lost. */
const patience = 60_000;

/** Resolves to the answer, whatever it is; `status` is 0 where none came. */
export function send(method, address, { headers = {}, body = null, signal, onSent } = {}) {
  return new Promise(resolve => {
    const request = new XMLHttpRequest();
    const stop = () => request.abort();
    let timer;
    const wait = () => {
      clearTimeout(timer);
      timer = setTimeout(stop, patience);
    };
    request.upload.addEventListener('progress', event => {
      wait();
      onSent?.(event.loaded);
    });
    request.addEventListener('loadend', () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', stop);
      resolve({ status: request.status, text: request.responseText, header: name => request.getResponseHeader(name) });
    });
    request.open(method, address);
    request.setRequestHeader('Accept', 'application/json');
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    signal?.addEventListener('abort', stop);
    wait();
    request.send(body);
  });
}

/** What a problem document (RFC 9457) says. */
export function reason(answer) {
  try { return JSON.parse(answer.text).detail; } catch { return 'The server could not be reached.'; }
}

export function signIn() { location.assign('/sign-in'); }
