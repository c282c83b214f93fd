// What a page of another origin can try on the API. Each runs within that page, is given the API's address and a document, and answers
// what the page could read of it: nothing, if all is well.

/** A form that is sent into a frame, as its type says. */
function form({ url, enctype, fields }) {
  const frame = document.createElement('iframe');
  frame.name = `frame-${Math.random()}`;
  const sent = document.createElement('form');
  Object.assign(sent, { method: 'POST', action: url, enctype, target: frame.name });
  for (const [name, value] of fields) {
    const field = document.createElement('input');
    Object.assign(field, { type: 'hidden', name, value });
    sent.append(field);
  }
  document.body.append(frame, sent);
  return new Promise((done) => {
    frame.addEventListener('load', () => {
      // The empty page that a frame begins with is readable, and says nothing.
      if (reads(frame) !== '') done(reads(frame));
    });
    setTimeout(() => done(reads(frame) || null), 3000);
    sent.submit();
  });

  function reads(it) {
    try {
      return it.contentDocument && (it.contentDocument.body?.textContent ?? '');
    } catch {
      return null;
    }
  }
}

/** A request of a script; what came of it, when it could be read. */
async function send({ url, ...init }) {
  try {
    const answer = await fetch(url, init);
    return answer.type === 'opaque' ? null : await answer.text();
  } catch {
    return null;
  }
}

/** A picture or a script whose address is a request. */
function element({ url, name }) {
  return new Promise((done) => {
    const it = document.createElement(name);
    it.addEventListener('load', () => done(name === 'img' ? 'a picture' : 'a script'));
    it.addEventListener('error', () => done(null));
    it.src = url;
    document.body.append(it);
  });
}

function beacon({ url, body, type }) {
  navigator.sendBeacon(url, new Blob([body], { type }));
  return new Promise((done) => { setTimeout(() => done(null), 500); });
}

function socket({ url, body }) {
  return new Promise((done) => {
    const it = new WebSocket(url.replace(/^http/, 'ws'), 'graphql-transport-ws');
    it.addEventListener('open', () => it.send('{"type":"connection_init"}'));
    it.addEventListener('message', ({ data }) => {
      if (JSON.parse(data).type === 'connection_ack') it.send(JSON.stringify({ id: '1', type: 'subscribe', payload: JSON.parse(body) }));
      else done(data);
    });
    it.addEventListener('close', () => done(null));
  });
}

function events({ url, withCredentials }) {
  return new Promise((done) => {
    const it = new EventSource(url, { withCredentials });
    const end = (what) => {
      it.close();
      done(what);
    };
    it.addEventListener('next', ({ data }) => end(data));
    it.addEventListener('error', () => end(null));
  });
}

/** A request by a page without an origin: a frame that may run scripts and is no more of this site. */
function sandboxed({ url, body }) {
  const frame = document.createElement('iframe');
  frame.sandbox = 'allow-scripts';
  const options = JSON.stringify({ method: 'POST', headers: { 'content-type': 'application/json' }, credentials: 'include', body });
  const script = `fetch(${JSON.stringify(url)}, ${options}).then((it) => it.text()).catch(() => null).then((it) => parent.postMessage({ it }, '*'))`;
  return new Promise((done) => {
    addEventListener('message', ({ data }) => done(data.it), { once: true });
    frame.srcdoc = `<script>${script.replaceAll('</', '<\\/')}</script>`;
    document.body.append(frame);
  });
}

const BY_FORM = ['application/x-www-form-urlencoded', 'multipart/form-data'];
const CREDENTIALS = ['omit', 'include'];

/** `[name, what runs in the page, its argument]` of every way to have `operation` done. */
export function waysTo(url, operation) {
  const body = JSON.stringify(operation);
  const asked = `${url}?${new URLSearchParams({ query: operation.query, variables: JSON.stringify(operation.variables) })}`;
  const fields = [['query', operation.query], ['variables', JSON.stringify(operation.variables)]];
  const upload = [['operations', body], ['map', '{}']];
  const json = { 'content-type': 'application/json' };
  return [
    ...BY_FORM.map((enctype) => [`a form of ${enctype}`, form, { url, enctype, fields }]),
    ['a form that uploads', form, { url, enctype: 'multipart/form-data', fields: upload }],
    // The name, "=" and the value make JSON together.
    ['a form of text', form, { url, enctype: 'text/plain', fields: [[`${body.slice(0, -1)},"a":"`, '"}']] }],
    ...['text/plain', 'application/json'].flatMap((type) => CREDENTIALS.map((credentials) => {
      const init = { url, method: 'POST', mode: 'no-cors', credentials, headers: { 'content-type': type }, body };
      return [`fetch without CORS, ${type}, ${credentials}`, send, init];
    })),
    ...CREDENTIALS.map((credentials) => [`fetch of JSON, ${credentials}`, send, { url, method: 'POST', credentials, headers: json, body }]),
    ...CREDENTIALS.map((credentials) => [`fetch of text, ${credentials}`, send, { url, method: 'POST', credentials, body }]),
    ...CREDENTIALS.map((credentials) => [`fetch by GET, ${credentials}`, send, { url: asked, credentials }]),
    ['fetch by GET with a preflight', send, { url: asked, credentials: 'include', headers: { 'x-lilium-csrf': '1' } }],
    ...['img', 'script'].map((name) => [`the address of ${name}`, element, { url: asked, name }]),
    ...['text/plain', 'application/json'].map((type) => [`a beacon of ${type}`, beacon, { url, body, type }]),
    ['a page without an origin', sandboxed, { url, body }],
    ['a WebSocket', socket, { url, body }],
    ...[false, true].map((withCredentials) => [`an EventSource, ${withCredentials}`, events, { url: asked, withCredentials }]),
  ];
}
