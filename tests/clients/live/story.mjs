// The story that every client has to follow: a guest watches an order while its vendor works on it and the connection breaks.

import WebSocket from 'ws';
import { Inbox, pause, same } from '../checks.mjs';
import { buy, signIn, take } from '../shop.mjs';
import { Wire } from './wire.mjs';

/** An order, as a guest follows it. `after` is the cursor to go on from. */
export const ORDER = `subscription Follow($orderId: ID!, $after: String) {
  orderUpdated(orderId: $orderId, after: $after) {
    cursor
    kind
    order { id state }
    vendorOrder { id state }
  }
}`;

/** The desk of a vendor, as its staff watch it. */
export const DESK = `subscription Desk($vendorId: ID!, $after: String) {
  vendorOrdersUpdated(vendorId: $vendorId, after: $after) {
    cursor
    kind
    vendorOrder { id state }
  }
}`;

/** The endpoint's address for sockets. */
export const socketOf = (url) => url.replace(/^http/, 'ws');

/** Clients wait for seconds, and not all alike, before they connect again; here nobody else does. */
export const soon = () => pause(100);

/** What graphql-ws is told here: Node has no WebSocket of its own before version 22. */
export const inNode = { webSocketImpl: WebSocket, retryWait: soon };

/**
 * `follow(url, orderId, seen, failed)` subscribes, hands each `orderUpdated` to `seen` and the end of it all to `failed`, and
 * answers what stops it.
 */
export async function followAnOrder(endpoint, follow) {
  const { id, part } = await buy(endpoint);
  const owner = await signIn(endpoint);
  const wire = await Wire.to(endpoint);
  const inbox = new Inbox();
  const ends = [];
  const stop = follow(wire.url, id, (update) => inbox.put(update), (why) => ends.push(why));
  const came = (kind) => inbox.first(kind, (update) => update.kind === kind);

  await came('STARTED');
  await take(endpoint, 'Accept', part, owner);
  await came('ACCEPTED');
  wire.cut();
  await take(endpoint, 'Prepare', part, owner);
  await take(endpoint, 'Ship', part, owner);
  wire.mend();
  await came('SHIPPED');
  wire.cut();
  wire.mend();
  await take(endpoint, 'Deliver', part, owner);
  await came('DELIVERED');
  await pause(500);

  look(inbox.events, id, part);
  same('it connected again after each cut', wire.count >= 3, true);
  same('it neither failed nor ended', ends.map(String), []);
  stop();
  wire.close();
}

function look(events, id, part) {
  // The order's own placing may be told to whoever begins to follow within the blink of it.
  const steps = events.filter(({ kind }) => kind !== 'PLACED');
  const kinds = steps.map(({ kind }) => kind);
  same('every step came once, in order', kinds, ['STARTED', 'ACCEPTED', 'PREPARED', 'SHIPPED', 'DELIVERED']);
  const [started, ...taken] = steps;
  same('nothing had happened when it started', started.vendorOrder, null);
  same('each step was of the part', taken.map((it) => it.vendorOrder.id), taken.map(() => part));
  same('the last one shows it delivered', taken.at(-1)?.vendorOrder.state, 'DELIVERED');
  same('each has the order', events.every(({ order }) => withoutKey(order.id) === withoutKey(id)), true);
  same('no two have the same cursor', new Set(events.map(({ cursor }) => cursor)).size, events.length);
}

/** What is answered may leave out the key that the guest's id has. */
const withoutKey = (id) => id.split('?')[0];
