// A storefront of a listed origin, in Chromium: node browser/storefront.mjs <endpoint> <browser>
//
// It can do what pages of other origins cannot, by the same ways: so what those try is no empty threat.

import process from 'node:process';
import { run, same } from '../checks.mjs';
import { waysTo } from './attempts.mjs';
import { open, PATIENCE } from './chromium.mjs';
import { API, Sites, STOREFRONT } from './sites.mjs';

const URL = `${API}/graphql`;

await run(async (endpoint) => {
  const sites = await Sites.open(endpoint);
  const browser = await open(process.argv[3], sites.hosts);
  try {
    const page = await (await browser.newContext({ ignoreHTTPSErrors: true })).newPage();
    await page.goto(`${STOREFRONT}/`);
    await read(page);
    await signIn(page);
    await readHeaders(page);
  } finally {
    await browser.close();
    sites.close();
  }
}, PATIENCE);

async function read(page) {
  const found = [];
  for (const [name, way, argument] of waysTo(URL, { query: '{ shop { name } }', variables: {} })) {
    if ((await page.evaluate(way, argument))?.includes('"data":{"shop"')) found.push(name);
  }
  // Without cookies a page sends none, and says so.
  const due = ['fetch of JSON, omit', 'fetch by GET, omit', 'a WebSocket', 'an EventSource, false'];
  same('a listed page reads by scripts, streams and sockets', found, due);
}

/** Runs within the page. */
async function ask({ url, query, token }) {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
    body: JSON.stringify({ query }),
  });
  return response.json();
}

async function signIn(page) {
  const words = 'mutation { accountSignIn(email: "ada@example.com", password: "lilium-demo") { tokens { accessToken } userErrors { code } } }';
  const { accountSignIn } = (await page.evaluate(ask, { url: URL, query: words })).data;
  const token = accountSignIn.tokens.accessToken;
  const { data } = await page.evaluate(ask, { url: URL, query: '{ viewer { email } }', token });
  same('its token says who asks', data.viewer.email, 'ada@example.com');
  const { errors } = await page.evaluate(ask, { url: URL, query: '{ viewer { email } }', token: 'no' });
  same('it reads why it is refused', errors.map(({ extensions }) => extensions.code), ['UNAUTHENTICATED']);
}

async function readHeaders(page) {
  const id = await page.evaluate(async (url) => (await fetch(`${url}?query={shop{name}}`)).headers.get('x-request-id'), URL);
  same('it reads the id of its request', typeof id, 'string');
  const moreThanAllowed = await page.evaluate(
    (url) => fetch(`${url}?query={shop{name}}`, { headers: { 'x-something': '1' } }).then(() => 'sent', () => 'refused'),
    URL,
  );
  same('it sends no header that the API does not know', moreThanAllowed, 'refused');
}
