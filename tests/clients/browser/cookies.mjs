// A storefront whose tokens stand in cookies, in Chromium: node browser/cookies.mjs <endpoint> <browser>

import process from 'node:process';
import { run, same } from '../checks.mjs';
import { KILN } from '../shop.mjs';
import { waysTo } from './attempts.mjs';
import { open, PATIENCE } from './chromium.mjs';
import { API, Sites, STOREFRONT } from './sites.mjs';

const URL = `${API}/graphql`;
const EMAIL = 'owner@tuesday-kiln.example';
const SIGN_IN = `mutation { accountSignIn(email: "${EMAIL}", password: "lilium-demo") { tokens { accessToken refreshToken } viewer { email } userErrors { code } } }`;
const VIEWER = { query: '{ viewer { email } }', variables: {} };
const DESK = { query: `subscription { vendorOrdersUpdated(vendorId: "${KILN}") { kind } }`, variables: {} };
/** Sites that are not listed: one of somebody else, and one beside the storefront, whose requests carry its cookies. */
const FOREIGN = ['https://evil.example', 'https://blog.shop.example'];

await run(async (endpoint) => {
  const sites = await Sites.open(endpoint);
  const browser = await open(process.argv[3], sites.hosts);
  try {
    const context = await browser.newContext({ ignoreHTTPSErrors: true });
    const page = await at(context, STOREFRONT);
    await signIn(context, page);
    await beKnown(context, page);
    await renew(context, page);
    await signOut(context, page);
  } finally {
    await browser.close();
    sites.close();
  }
}, PATIENCE);

async function at(context, origin) {
  const page = await context.newPage();
  await page.goto(`${origin}/`);
  return page;
}

/** What the storefront's own function answers, which runs within the page. */
function asked(page, query) {
  return page.evaluate(ask, { url: URL, query });
}

async function ask({ url, query }) {
  const response = await fetch(url, {
    method: 'POST',
    credentials: 'include',
    headers: { 'content-type': 'application/json', 'x-lilium-session': 'cookie' },
    body: JSON.stringify({ query }),
  });
  return response.json();
}

/** The names of the ways by which a page was told what only the one who signed in is told. */
async function told(page, operation, word) {
  const found = [];
  for (const [name, way, argument] of waysTo(URL, operation)) {
    if ((await page.evaluate(way, argument))?.includes(word)) found.push(name);
  }
  return found;
}

async function tokens(context) {
  const cookies = await context.cookies(API);
  return Object.fromEntries(cookies.map(({ name, value }) => [name, value]));
}

async function signIn(context, page) {
  const { data } = await asked(page, SIGN_IN);
  same('the right words sign in', [data.accountSignIn.viewer?.email, data.accountSignIn.userErrors], [EMAIL, []]);
  same('no script is told the tokens', data.accountSignIn.tokens, { accessToken: '', refreshToken: '' });
  const cookies = await context.cookies(API);
  const shape = cookies.map(({ name, httpOnly, secure, sameSite, path, domain }) => [name, httpOnly, secure, sameSite, path, domain]);
  const due = ['__Host-lilium-access', '__Host-lilium-refresh'].map((name) => [name, true, true, 'Lax', '/', 'api.shop.example']);
  same('both are cookies of the API alone', shape.toSorted(), due);
  same('the page does not see them', await page.evaluate(() => document.cookie), '');
}

async function beKnown(context, page) {
  const viewer = await told(page, VIEWER, EMAIL);
  // Without a header of the three, a request by script is answered as nobody's.
  same('the storefront is known by its header or by its origin', viewer, ['fetch by GET with a preflight', 'a WebSocket', 'an EventSource, true']);
  same('streams and sockets follow the desk', await told(page, DESK, 'STARTED'), ['a WebSocket', 'an EventSource, true']);
  for (const origin of FOREIGN) {
    const other = await at(context, origin);
    same(`a page of ${origin} is told nothing`, await told(other, VIEWER, 'data'), []);
  }
}

async function renew(context, page) {
  const before = await tokens(context);
  const { data, errors } = await asked(page, 'mutation { accountTokenRefresh { viewer { email } userErrors { code } } }');
  same('the session is renewed', [data?.accountTokenRefresh.viewer?.email, errors], [EMAIL, undefined]);
  const after = await tokens(context);
  same('both cookies are new', Object.keys(before).filter((name) => before[name] === after[name]), []);
  same('and good', (await asked(page, VIEWER.query)).data?.viewer?.email, EMAIL);
}

async function signOut(context, page) {
  const scrawled = 'mutation { accountSignOut { userErrors { code } } }';
  for (const origin of FOREIGN) {
    const other = await at(context, origin);
    for (const [, way, argument] of waysTo(URL, { query: scrawled, variables: {} })) await other.evaluate(way, argument);
    same(`a page of ${origin} signs nobody out`, (await asked(page, VIEWER.query)).data?.viewer?.email, EMAIL);
  }
  await asked(page, scrawled);
  same('who signs out has no cookies', await tokens(context), {});
  same('and is nobody', (await asked(page, VIEWER.query)).data?.viewer, null);
}
