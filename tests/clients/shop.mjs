// What people do in the demo shop, by requests over HTTP.

import { randomUUID } from 'node:crypto';

/** A variant of the Morning Person Mug. */
export const MUG = 'gid://lilium/ProductVariant/019a7eb4-c318-795e-914a-a026d73e2e78';
const COFFEE = 'gid://lilium/ProductVariant/019bb421-ce28-746b-a36f-829a2f3fc9e8';
/** The vendor of the mug. */
export const KILN = 'gid://lilium/Vendor/018b7394-9800-7d6c-8dda-06990371c917';

/** The data of an operation that must succeed. */
export async function ask(endpoint, query, variables, token) {
  const response = await fetch(endpoint, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = await response.json();
  const refused = Object.values(data ?? {}).flatMap((payload) => payload?.userErrors ?? []);
  if (errors || refused.length > 0) throw new Error(`refused: ${JSON.stringify(errors ?? refused)}`);
  return data;
}

/** A guest, or whoever has this token, buys things of two vendors: so the whole order does not move with the steps of one part. */
export async function buy(endpoint, token) {
  const lines = [{ merchandiseId: MUG, quantity: 1 }, { merchandiseId: COFFEE, quantity: 1 }];
  const { cartCreate } = await ask(
    endpoint,
    `mutation($lines: [CartLineInput!]!) {
      cartCreate(input: { lines: $lines, buyerIdentity: { countryCode: US } }) { cart { id } userErrors { message } }
    }`,
    { lines },
    token,
  );
  const { checkoutComplete } = await ask(
    endpoint,
    `mutation($cart: ID!, $key: String!) {
      checkoutComplete(input: { cartId: $cart, email: "nadia@example.com", paymentMethod: CASH_ON_DELIVERY
        shippingAddress: { lastName: "Nadia", address1: "1 Orchard Lane", city: "Springfield", countryCode: US }
      }) @idempotent(key: $key) { order { id vendorOrders { id vendor { id } } } userErrors { message } }
    }`,
    { cart: cartCreate.cart.id, key: randomUUID() },
    token,
  );
  const { id, vendorOrders } = checkoutComplete.order;
  return { id, part: vendorOrders.find(({ vendor }) => vendor.id === KILN).id };
}

/** A new session of Tuesday Kiln's owner, or of somebody else of the demo shop; its access token. */
export async function signIn(endpoint, email = 'owner@tuesday-kiln.example') {
  const { accountSignIn } = await ask(
    endpoint,
    `mutation($email: String!) { accountSignIn(email: $email, password: "lilium-demo") {
      tokens { accessToken } userErrors { message } } }`,
    { email },
  );
  return accountSignIn.tokens.accessToken;
}

/** Ends the session of `token`. */
export async function signOut(endpoint, token) {
  await ask(endpoint, 'mutation { accountSignOut { userErrors { message } } }', {}, token);
}

/** The vendor takes a step with its part of an order: `Accept`, `Prepare`, `Ship` or `Deliver`. */
export async function take(endpoint, step, part, token) {
  const type = step === 'Ship' ? 'VendorOrderShipInput' : 'VendorOrderStepInput';
  const input = { vendorId: KILN, vendorOrderId: part };
  await ask(
    endpoint,
    `mutation($input: ${type}!) { vendorOrder${step}(input: $input) { vendorOrder { state } userErrors { message } } }`,
    { input },
    token,
  );
}
