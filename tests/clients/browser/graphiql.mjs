// GraphiQL in Chromium, as a person uses it: node browser/graphiql.mjs http://localhost:8000/graphql chromium

import process from 'node:process';
import { pause, run, same } from '../checks.mjs';
import { ask, MUG } from '../shop.mjs';
import { open, PATIENCE, Watch } from './chromium.mjs';

/** What the page's own policy refused, as the browser tells it to the page. */
function tellViolations() {
  globalThis.violations = [];
  document.addEventListener('securitypolicyviolation', (event) => {
    globalThis.violations.push(`${event.violatedDirective}: ${event.blockedURI}`);
  });
}

await run(async (endpoint) => {
  const browser = await open(process.argv[3]);
  try {
    await use(browser, endpoint);
  } finally {
    await browser.close();
  }
}, PATIENCE);

async function use(browser, endpoint) {
  const context = await browser.newContext();
  const watch = new Watch(context);
  const page = await context.newPage();
  await page.addInitScript(tellViolations);
  const { origin } = new URL(endpoint);
  const answer = await page.goto(`${origin}/graphiql`);
  same('the page is served', answer.status(), 200);
  await runAQuery(page);
  await openTheDocs(page);
  await followACart(page, endpoint);

  same('no other origin was asked', watch.origins(), [origin]);
  same('the socket is among what was asked', watch.requests.filter((url) => url.startsWith('ws')).length, 1);
  same('nothing is complained of', watch.complaints, []);
  same('the policy had nothing to refuse', await page.evaluate(() => globalThis.violations), []);
  await page.evaluate(() => fetch('http://foreign.example/').catch(() => {}));
  const refused = ['connect-src: http://foreign.example/'];
  same('it would refuse another origin', await page.evaluate(() => globalThis.violations), refused);
}

/** The answer's pane, as text. */
function shown(page) {
  return page.locator('.result-window .CodeMirror').evaluate((it) => it.CodeMirror.getValue());
}

/** Waits until the answer's pane has this. */
async function comes(page, text) {
  const has = (due) => document.querySelector('.result-window .CodeMirror')?.CodeMirror.getValue().includes(due);
  await page.waitForFunction(has, text, { timeout: 20_000 });
}

async function runAQuery(page) {
  await page.locator('.graphiql-execute-button').click();
  await comes(page, 'endCursor');
  const { data } = JSON.parse(await shown(page));
  same('the first tab is answered with products', data.products.nodes.length, 24);
}

async function openTheDocs(page) {
  await page.getByRole('button', { name: 'Documentation Explorer' }).click();
  const docs = page.locator('.graphiql-doc-explorer');
  await docs.getByRole('link', { name: 'QueryRoot' }).click();
  await docs.getByRole('link', { name: 'Product', exact: true }).first().click();
  await docs.getByText('availableForSale').first().waitFor();
  const title = await docs.locator('.graphiql-doc-explorer-title').textContent();
  same('the docs show a type with its fields', title, 'Product');
}

async function followACart(page, endpoint) {
  const { cartCreate } = await ask(
    endpoint,
    'mutation($lines: [CartLineInput!]) { cartCreate(input: { lines: $lines }) { cart { id } userErrors { message } } }',
    { lines: [{ merchandiseId: MUG, quantity: 1 }] },
  );
  const { id } = cartCreate.cart;
  await page.getByRole('tab', { name: 'FollowTheCart' }).click();
  await page.locator('.graphiql-query-editor .CodeMirror').evaluate((it, cart) => {
    it.CodeMirror.setValue(it.CodeMirror.getValue().replace('"..."', JSON.stringify(cart)));
  }, id);
  // GraphiQL waits until nobody types before it looks which operation the tab has.
  await pause(1500);
  await page.locator('.graphiql-execute-button').click();
  await comes(page, 'STARTED');
  await ask(
    endpoint,
    'mutation($id: ID!, $lines: [CartLineInput!]!) { cartLinesAdd(cartId: $id, lines: $lines) { userErrors { message } } }',
    { id, lines: [{ merchandiseId: MUG, quantity: 2 }] },
  );
  await comes(page, '"totalQuantity": 3');
  same('a subscription shows what happens meanwhile', JSON.parse(await shown(page)).data.cartUpdated.cart.totalQuantity, 3);
  await page.locator('.graphiql-execute-button').click();
}
