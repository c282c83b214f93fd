// The client graphql-sse, each subscription a request: node graphql-sse.mjs http://localhost:8000/graphql

import { createClient } from 'graphql-sse';
import { resuming } from '../../../web/graphiql/page/resuming.js';
import { Inbox, run, same } from '../checks.mjs';
import { KILN, signIn, signOut } from '../shop.mjs';
import { DESK, followAnOrder, ORDER, soon } from './story.mjs';

await run(async (endpoint) => {
  await followAnOrder(endpoint, follow);
  await signOutAtTheDesk(endpoint);
});

function follow(url, orderId, seen, failed) {
  const client = resuming(createClient({ url, retryAttempts: Infinity, retry: soon }));
  return client.subscribe({ query: ORDER, variables: { orderId } }, {
    next: ({ data }) => seen(data.orderUpdated),
    error: failed,
    complete: () => failed('complete'),
  });
}

/** Whoever is signed out is told so, and the stream completes: this client does not connect again by itself then. */
async function signOutAtTheDesk(endpoint) {
  const token = await signIn(endpoint);
  const inbox = new Inbox();
  const client = createClient({ url: endpoint, headers: { authorization: `Bearer ${token}` } });
  const ended = new Promise((complete, error) => {
    client.subscribe({ query: DESK, variables: { vendorId: KILN } }, { next: (result) => inbox.put(result), error, complete });
  });
  await inbox.first('STARTED', ({ data }) => data?.vendorOrdersUpdated.kind === 'STARTED');
  await signOut(endpoint, token);
  await ended;
  const last = inbox.events.at(-1);
  same('its last event is the refusal', last.errors?.map(({ extensions }) => extensions.code), ['UNAUTHENTICATED']);
}
