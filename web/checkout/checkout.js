// A plain checkout: reads the cart in the address, asks where it goes, and buys it once.
//
// Everything that comes from the server is written as text, never as markup. What is sent carries a key that stays the same until
// an answer came, so that a lost answer never buys twice.
'use strict';

const cartId = new URLSearchParams(location.search).get('cart') ?? '';
const byId = (id) => document.getElementById(id);
const form = byId('form');
const MONEY = '{ amount currencyCode }';
const COUNTRY = 'query Country($cart: ID!) { cart(id: $cart) { buyerIdentity { countryCode email phone } } }';
const CART = `query Cart($cart: ID!) @inContext(country: COUNTRY) {
  localization { availableCountries { isoCode name } }
  cart(id: $cart) {
    note
    cost { subtotalAmount ${MONEY} totalAmount ${MONEY} }
    unavailableLines { id title quantity }
    vendorGroups {
      vendor { name }
      cost { totalAmount ${MONEY} }
      lines { id quantity cost { totalAmount ${MONEY} } merchandise { ... on ProductVariant { title product { title } } } }
    }
  }
}`;
const REMOVE = 'mutation Remove($cart: ID!, $lines: [ID!]!) { cartLinesRemove(cartId: $cart, lineIds: $lines) { userErrors { message } } }';
const BUY = `mutation Buy($input: CheckoutCompleteInput!, $key: String!) {
  checkoutComplete(input: $input) @idempotent(key: $key) {
    order { id name state totalPrice ${MONEY} }
    userErrors { code field message }
  }
}`;
const ORDER = `query Order($id: ID!) { order(id: $id) { id name state totalPrice ${MONEY} } }`;
const STATES = {
  AWAITING_PAYMENT: 'Your payment is being settled…',
  PENDING: 'It is placed: the vendors were told.',
  ACCEPTED: 'It was accepted.',
  PREPARING: 'It is being put together.',
  SHIPPED: 'It is on its way.',
  DELIVERED: 'It was delivered.',
  REJECTED: 'It was rejected.',
  CANCELLED: 'It was cancelled.',
  RETURNED: 'It came back.',
};
const UNANSWERED = 'No answer came. Your order may or may not be placed: press the button again, it is never placed twice.';
const NO_CART = 'There is no such cart, or it was bought already. Go back to the shop to begin another.';

let total = null;
let gone = [];

/** The data of an operation; throws what the server says, or `Unanswered` when nothing came. */
class Unanswered extends Error {}
async function ask(query, variables) {
  let answer;
  try {
    const response = await fetch('/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      body: JSON.stringify({ query, variables }),
      referrerPolicy: 'no-referrer',
    });
    answer = await response.json();
  } catch {
    throw new Unanswered(UNANSWERED);
  }
  const error = answer.errors?.[0];
  if (!error) return answer.data;
  const passing = ['REQUEST_IN_PROGRESS', 'SERVICE_UNAVAILABLE', 'TIMEOUT', 'INTERNAL_SERVER_ERROR', 'REQUEST_TIMEOUT'];
  if (passing.includes(error.extensions?.code)) throw new Unanswered(error.message);
  throw new Error(error.message);
}

function element(name, text, className) {
  const made = document.createElement(name);
  if (text !== undefined) made.textContent = text;
  if (className) made.className = className;
  return made;
}

function money({ amount, currencyCode }) {
  return `${amount} ${currencyCode}`;
}

function say(message) {
  const notice = byId('notice');
  notice.textContent = message ?? '';
  notice.hidden = !message;
  if (message) notice.scrollIntoView({ block: 'center' });
}

function row(left, right) {
  const item = element('li');
  item.append(element('span', left), element('span', right, 'amount'));
  return item;
}

function group({ vendor, cost, lines }) {
  const part = element('section');
  const list = element('ul', undefined, 'lines');
  for (const line of lines) {
    const { title, product } = line.merchandise;
    const name = title && title !== 'Default Title' ? `${product.title}, ${title}` : product.title;
    list.append(row(`${line.quantity} × ${name}`, money(line.cost.totalAmount)));
  }
  part.append(element('h3', `Sold by ${vendor.name}, ${money(cost.totalAmount)}`), list);
  return part;
}

function show(cart) {
  gone = cart.unavailableLines;
  total = cart.cost.totalAmount;
  byId('gone').hidden = gone.length === 0;
  byId('gone-lines').replaceChildren(...gone.map((line) => element('li', `${line.quantity} × ${line.title}`)));
  byId('groups').replaceChildren(...cart.vendorGroups.map(group));
  byId('totals').replaceChildren(
    element('dt', 'Subtotal'), element('dd', money(cart.cost.subtotalAmount)),
    element('dt', 'To pay'), element('dd', money(total)),
  );
  const empty = cart.vendorGroups.length === 0;
  byId('cart').hidden = false;
  form.hidden = empty || gone.length > 0;
  byId('buy').textContent = `Buy for ${money(total)}`;
  if (empty && gone.length === 0) say('This cart is empty: there is nothing to buy.');
}

function countries(list, chosen) {
  const options = list.map(({ isoCode, name }) => {
    const option = element('option', name);
    option.value = isoCode;
    option.selected = isoCode === chosen;
    return option;
  });
  form.elements.countryCode.replaceChildren(...options);
}

/** Reads the cart in the context of its own country, in which its goods are sold; false when there is none. */
async function read() {
  const found = await ask(COUNTRY, { cart: cartId });
  const who = found.cart?.buyerIdentity;
  // A code of the schema, or nothing: it becomes part of the document.
  const country = who?.countryCode;
  if (!/^[A-Z]{2}$/.test(country ?? '')) return false;
  const data = await ask(CART.replace('COUNTRY', country), { cart: cartId });
  if (!data.cart) return false;
  countries(data.localization.availableCountries, country);
  form.elements.email.value ||= who.email ?? '';
  form.elements.phone.value ||= who.phone ?? '';
  form.elements.note.value ||= data.cart.note ?? '';
  show(data.cart);
  return true;
}

/** The names under which this tab remembers what was sent for this cart, and what came of it. */
const KEY = `lilium-checkout-key:${cartId}`;
const DONE = `lilium-checkout-order:${cartId}`;

/** A number that tells inputs apart, so that no address is kept; it guards nothing. A cart is bought once in any case. */
function mark(text) {
  let sum = 2166136261;
  for (const letter of text) sum = Math.imul(sum ^ letter.codePointAt(0), 16777619);
  return `${text.length}.${sum >>> 0}`;
}

/** The key of this attempt: a new one only after an answer came, or when something else is sent. */
function keyFor(input) {
  const sent = mark(JSON.stringify(input));
  const [kept, of] = (sessionStorage.getItem(KEY) ?? '').split(' ');
  if (kept && of === sent) return kept;
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const key = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  sessionStorage.setItem(KEY, `${key} ${sent}`);
  return key;
}

function input() {
  const text = (name) => form.elements[name].value.trim();
  const optional = (name) => text(name) || null;
  const method = form.elements.paymentMethod.value;
  const made = {
    cartId,
    email: text('email'),
    shippingAddress: {
      firstName: text('firstName'), lastName: text('lastName'), company: optional('company'),
      address1: text('address1'), address2: optional('address2'), city: text('city'), zip: optional('zip'),
      provinceCode: optional('provinceCode'), countryCode: text('countryCode'), phone: optional('phone'),
    },
    paymentMethod: method,
    expectedTotal: total,
  };
  if (method === 'TEST') made.testCard = { number: text('card').replaceAll(' ', '') };
  if (text('note')) made.note = text('note');
  return made;
}

/** Marks the first field that lacks something, and goes there. */
function isFilled() {
  const fields = [...form.elements].filter((field) => field.willValidate);
  for (const field of fields) field.setAttribute('aria-invalid', String(!field.checkValidity()));
  const first = fields.find((field) => !field.checkValidity());
  first?.focus();
  if (first) say(`${first.closest('label').firstChild.textContent.trim()}: ${first.validationMessage}`);
  return !first;
}

function refused(errors) {
  const named = errors.map(({ field }) => form.elements[field?.at(-1) === 'number' ? 'card' : field?.at(-1)]).find((it) => it?.focus);
  named?.setAttribute('aria-invalid', 'true');
  named?.focus();
  say(errors.map((error) => error.message).join(' '));
}

async function buy(event) {
  event.preventDefault();
  say();
  if (!isFilled()) return;
  const button = byId('buy');
  button.disabled = true;
  try {
    const sent = input();
    const { checkoutComplete } = await ask(BUY, { input: sent, key: keyFor(sent) });
    sessionStorage.removeItem(KEY);
    if (checkoutComplete.order) {
      sessionStorage.setItem(DONE, checkoutComplete.order.id);
      await placed(checkoutComplete.order);
    } else {
      await read();
      refused(checkoutComplete.userErrors);
    }
  } catch (error) {
    if (!(error instanceof Unanswered)) sessionStorage.removeItem(KEY);
    say(error.message);
  } finally {
    button.disabled = false;
  }
}

/** Shows the order, and looks again for as long as its payment is being settled. */
async function placed(order) {
  form.hidden = true;
  byId('cart').hidden = true;
  byId('order').hidden = false;
  byId('order-title').textContent = `Thank you: order ${order.name}`;
  byId('order-title').focus();
  for (let looks = 0; ; looks += 1) {
    byId('order-state').textContent = STATES[order.state] ?? order.state;
    byId('order-total').textContent = `To pay: ${money(order.totalPrice)}`;
    if (order.state !== 'AWAITING_PAYMENT' || looks >= 60) break;
    await new Promise((done) => setTimeout(done, 2000));
    order = await ask(ORDER, { id: order.id }).then((data) => data.order ?? order, () => order);
  }
  if (order.state !== 'CANCELLED') return;
  byId('order-title').textContent = `Order ${order.name} was cancelled`;
  sessionStorage.removeItem(DONE);
  if (await read()) say('The payment was declined: nothing was bought. You may try again.');
}

async function begin() {
  try {
    const done = sessionStorage.getItem(DONE);
    const order = done && (await ask(ORDER, { id: done })).order;
    if (order) await placed(order);
    else if (!(await read())) say(NO_CART);
  } catch (error) {
    say(error instanceof Unanswered ? 'The shop did not answer: reload this page.' : NO_CART);
  } finally {
    byId('wait').hidden = true;
  }
}

form.addEventListener('submit', buy);
byId('test-choice').hidden = document.body.dataset.testCard !== 'yes';
for (const choice of form.elements.paymentMethod) {
  choice.addEventListener('change', () => {
    byId('card').hidden = form.elements.paymentMethod.value !== 'TEST';
  });
}
byId('gone-remove').addEventListener('click', async () => {
  try {
    await ask(REMOVE, { cart: cartId, lines: gone.map((line) => line.id) });
    say();
    await read();
    byId('title').focus();
  } catch (error) {
    say(error.message);
  }
});
begin();
