// relay-runtime over what relay-compiler made: node relay/run.mjs <endpoint> <folder of compile.mjs> <text|id> [endpoint for people]

import process from 'node:process';
import relay from 'relay-runtime';
import { Inbox, run, same } from '../checks.mjs';
import { buy, MUG, signIn } from '../shop.mjs';
import { Storefront } from './store.mjs';

const { commitMutation, requestSubscription } = relay;
const [, , endpoint, folder, way, forPeople = endpoint] = process.argv;

await run(async () => {
  await turnPages(new Storefront(endpoint, folder, way));
  await turnPagesBelowAnObject(new Storefront(endpoint, folder, way));
  await turnPagesBackwards(new Storefront(endpoint, folder, way));
  await turnPagesOfOrders(new Storefront(endpoint, folder, way));
  await readAnObjectAnew(new Storefront(endpoint, folder, way));
  await followACart(new Storefront(endpoint, folder, way));
});

function nodes({ edges }) {
  return edges.map(({ node }) => node);
}

function ids(connection) {
  return nodes(connection).map(({ id }) => id);
}

async function turnPages(shop) {
  const reference = await shop.query('StorefrontProductsQuery', { count: 4 });
  const first = shop.read('StorefrontProducts_query', reference).products;
  same('a page has as many as were asked for', first.edges.length, 4);
  await shop.more('StorefrontProducts_query', reference, 4);
  await shop.more('StorefrontProducts_query', reference, 2);
  const { products } = shop.read('StorefrontProducts_query', reference);
  same('the next pages are appended', [products.edges.length, ids(products).slice(0, 4)], [10, ids(first)]);
  same('no product comes twice', new Set(ids(products)).size, 10);
  const prices = nodes(products).map((product) => shop.read('StorefrontCard_product', product).priceRange.minVariantPrice);
  const amounts = prices.map(({ amount }) => Number(amount));
  same('they go on in the order of their prices', amounts, amounts.toSorted((one, other) => one - other));
  same('every page is of the country', new Set(prices.map(({ currencyCode }) => currencyCode)), new Set(['KWD']));
  const [page, next] = ['StorefrontProductsQuery', 'StorefrontProductsPageQuery'];
  same('the generated query was sent for them', shop.sent, [page, next, next]);
}

async function turnPagesBelowAnObject(shop) {
  const { vendor } = await shop.query('StorefrontVendorQuery', { handle: 'tuesday-kiln', count: 2 });
  const first = shop.read('StorefrontVendor_vendor', vendor);
  await shop.more('StorefrontVendor_vendor', vendor, 2);
  const { name, products } = shop.read('StorefrontVendor_vendor', vendor);
  same('the vendor is there', name, first.name);
  same('its products go on, found by node', [products.edges.length, new Set(ids(products)).size], [4, 4]);
}

async function turnPagesBackwards(shop) {
  const reference = await shop.query('StorefrontVendorsQuery', { count: 2 });
  const last = shop.read('StorefrontVendors_query', reference).vendors;
  await shop.more('StorefrontVendors_query', reference, 2);
  const { vendors } = shop.read('StorefrontVendors_query', reference);
  same('pages before are put in front', [vendors.edges.length, ids(vendors).slice(2)], [4, ids(last)]);
  same('no vendor comes twice', new Set(ids(vendors)).size, 4);
}

async function turnPagesOfOrders(shop) {
  const email = 'ada@example.com';
  const token = await signIn(forPeople, email);
  for (let order = 0; order < 3; order += 1) await buy(forPeople, token);
  shop.signedIn(token);
  const { viewer } = await shop.query('StorefrontOrdersQuery', { count: 1 });
  const first = shop.read('StorefrontOrders_viewer', viewer).orders;
  await shop.more('StorefrontOrders_viewer', viewer, 2);
  const { orders } = shop.read('StorefrontOrders_viewer', viewer);
  same('orders go on, found by viewer', [orders.edges.length, ids(orders)[0]], [3, ids(first)[0]]);
  same('no order comes twice', new Set(ids(orders)).size, 3);
}

async function readAnObjectAnew(shop) {
  const { product } = await shop.query('StorefrontProductQuery', { handle: 'morning-person-mug' });
  same('a product is sold', shop.read('StorefrontStock_product', product).availableForSale, true);
  const { node } = await shop.query('StorefrontStockQuery', { id: product.id });
  same('it is read anew by its id', shop.read('StorefrontStock_product', node).availableForSale, true);
}

async function followACart(shop) {
  const lines = [{ merchandiseId: MUG, quantity: 2 }];
  const { cartCreate } = await commit(shop, 'StorefrontCartMutation', { input: { lines } });
  same('a cart is begun', [cartCreate.userErrors, cartCreate.cart.totalQuantity], [[], 2]);
  const cart = cartCreate.cart.id;
  const inbox = new Inbox();
  const { dispose } = requestSubscription(shop.environment, {
    subscription: shop.artifact('StorefrontCartSubscription'),
    variables: { cart },
    onNext: ({ cartUpdated }) => inbox.put(cartUpdated),
    onError: (error) => inbox.put({ kind: String(error) }),
  });
  await inbox.first('STARTED', ({ kind }) => kind === 'STARTED');
  await commit(shop, 'StorefrontCartNoteMutation', { cart, note: 'for Tove' });
  // That the cart was begun may be told only now: its event is given a position after the commit.
  const update = await inbox.first('the change', ({ cart: told }) => told?.note);
  same('a subscription tells of a change', update.cart.note, 'for Tove');
  same('the store has it', shop.environment.getStore().getSource().get(cart).note, 'for Tove');
  dispose();
}

function commit(shop, name, variables) {
  const mutation = shop.artifact(name);
  return new Promise((onCompleted, onError) => {
    commitMutation(shop.environment, { mutation, variables, onCompleted, onError });
  });
}
