// The client graphql-ws: node graphql-ws.mjs http://localhost:8000/graphql

import { Inbox, pause, run, same } from '../checks.mjs';
import { connect } from './connect.mjs';
import { buy, KILN, signIn, signOut } from '../shop.mjs';
import { DESK, followAnOrder, inNode, ORDER, socketOf } from './story.mjs';

await run(async (endpoint) => {
  await followAnOrder(endpoint, follow);
  await askOverTheSocket(endpoint);
  await signOutAtTheDesk(endpoint);
});

function follow(url, orderId, seen, failed) {
  const client = connect(socketOf(url), undefined, inNode);
  return client.subscribe({ query: ORDER, variables: { orderId } }, {
    next: ({ data }) => seen(data.orderUpdated),
    error: failed,
    complete: () => failed('complete'),
  });
}

async function askOverTheSocket(endpoint) {
  const client = connect(socketOf(endpoint), undefined, inNode);
  const answers = [];
  for await (const { data } of client.iterate({ query: '{ shop { name } }' })) answers.push(typeof data.shop.name);
  same('a query is answered once, and completes', answers, ['string']);
}

/** Whoever is signed out is cut off; a client that brings a new token at each connection goes on where it was. */
async function signOutAtTheDesk(endpoint) {
  const tokens = [];
  const ends = [];
  const inbox = new Inbox();
  const closes = new Inbox();
  const freshToken = async () => {
    tokens.push(await signIn(endpoint));
    return tokens.at(-1);
  };
  let comeBack;
  const away = new Promise((resolve) => { comeBack = resolve; });

  const closed = ({ code, reason }) => closes.put({ code, reason });
  const authorization = async () => ({ Authorization: `Bearer ${await freshToken()}` });
  const client = connect(socketOf(endpoint), authorization, { ...inNode, retryWait: () => away, on: { closed } });
  const stop = client.subscribe({ query: DESK, variables: { vendorId: KILN } }, {
    next: ({ data }) => inbox.put(data.vendorOrdersUpdated),
    error: (why) => ends.push(why),
    complete: () => ends.push('complete'),
  });

  await inbox.first('STARTED', ({ kind }) => kind === 'STARTED');
  await signOut(endpoint, tokens[0]);
  const { code, reason } = await closes.first('a close', () => true);
  same('whoever is signed out is closed with 4403', code, 4403);
  same('the reason is a short sentence', reason.length > 10 && Buffer.byteLength(reason) < 123, true);

  const { part } = await buy(endpoint);
  comeBack();
  await inbox.first('what was bought meanwhile', ({ vendorOrder }) => vendorOrder?.id === part);
  await pause(500);
  same('it came again with a new token', tokens.length, 2);
  const seen = inbox.events.map(({ kind, vendorOrder }) => [kind, vendorOrder?.id]);
  same('the desk started once, and missed nothing', seen, [['STARTED', undefined], ['PLACED', part]]);
  same('it neither failed nor ended', ends.map(String), []);
  stop();
}
