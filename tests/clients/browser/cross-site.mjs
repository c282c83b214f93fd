// Pages of other origins, in Chromium, and what they get out of the API: node browser/cross-site.mjs <endpoint> <browser> <all|frames>

import process from 'node:process';
import { run, same } from '../checks.mjs';
import { ask, MUG } from '../shop.mjs';
import { waysTo } from './attempts.mjs';
import { open, PATIENCE } from './chromium.mjs';
import { API, Sites } from './sites.mjs';

/** A site of somebody else, and one beside the storefront which is not listed: cookies that are `SameSite` go with its requests. */
const FOREIGN = ['https://evil.example', 'https://blog.shop.example'];

const SCRAWL = 'mutation Scrawl($cart: ID!, $note: String!) { cartNoteUpdate(cartId: $cart, note: $note) { cart { note } } }';
const LOOK = 'query Look($cart: ID!) { cart(id: $cart) { id note totalQuantity } viewer { email } }';
const FOLLOW = 'subscription Follow($cart: ID!) { cartUpdated(cartId: $cart) { kind cart { note } } }';

await run(async (endpoint) => {
  const sites = await Sites.open(endpoint);
  const browser = await open(process.argv[3], sites.hosts);
  try {
    const context = await browser.newContext({ ignoreHTTPSErrors: true });
    for (const origin of FOREIGN) await attack(await context.newPage(), origin, endpoint, sites);
  } finally {
    await browser.close();
    sites.close();
  }
}, PATIENCE);

async function attack(page, origin, endpoint, sites) {
  await page.goto(`${origin}/`);
  // The worst case: the other page knows the secret of a cart.
  const { cartCreate } = await ask(endpoint, 'mutation($input: CartInput!) { cartCreate(input: $input) { cart { id } } }', {
    input: { note: 'mine', lines: [{ merchandiseId: MUG }] },
  });
  const cart = cartCreate.cart.id;
  if (process.argv[4] === 'all') await useWhatIsThere(page, origin, cart, endpoint, sites);
  same(`nothing was framed by a page of ${origin}`, await framed(page, cart), []);
}

async function useWhatIsThere(page, origin, cart, endpoint, sites) {
  const note = async () => (await ask(endpoint, LOOK, { cart })).cart.note;
  const [done, seen, unsent] = [[], [], []];
  for (const query of [SCRAWL, LOOK, FOLLOW]) {
    for (const [name, way, argument] of waysTo(`${API}/graphql`, { query, variables: { cart, note: 'evil' } })) {
      const before = sites.asked;
      const read = await page.evaluate(way, argument);
      if (read !== null) seen.push([name, read]);
      if ((await note()) !== 'mine') done.push(name);
      if (sites.asked === before) unsent.push(name);
    }
  }
  same(`every request of a page of ${origin} was sent`, unsent, []);
  same(`nothing was done by it`, done, []);
  same(`nothing was read by it`, seen, []);
}

/** What of the server's pages shows in a frame. */
async function framed(page, cart) {
  const shown = [];
  for (const path of ['/graphiql', `/checkout?cart=${encodeURIComponent(cart)}`, '/graphql?query={shop{name}}']) {
    const frame = await page.evaluateHandle((src) => {
      const it = document.createElement('iframe');
      const loaded = new Promise((done) => { it.addEventListener('load', () => done(it)); });
      it.src = src;
      document.body.append(it);
      return loaded;
    }, `${API}${path}`);
    const content = await frame.asElement().contentFrame();
    if (!content.url().startsWith('chrome-error:')) shown.push(path);
  }
  return shown;
}
