// urql with automatic persisted queries: node http/urql-automatic.mjs http://localhost:8000/graphql

import { Client, fetchExchange } from '@urql/core';
import { persistedExchange } from '@urql/exchange-persisted';
import { run, same } from '../checks.mjs';
import { PRODUCTS, SIGN_IN } from './documents.mjs';
import { Traffic } from './traffic.mjs';

const traffic = new Traffic();

await run(async (url) => {
  await learn(url);
  await mutate(url);
});

function clientOf(url) {
  const persisted = persistedExchange({ preferGetForPersistedQueries: true, enableForMutation: true });
  return new Client({ url, fetch: traffic.fetch, exchanges: [persisted, fetchExchange] });
}

async function learn(url) {
  // Nobody asked for this before.
  const query = PRODUCTS.replace('Shelf', `Shelf${Date.now()}`);
  const { data } = await clientOf(url).query(query, { first: 3 });
  same('a query that nobody knew is answered', data?.products.edges.length, 3);
  const hash = ['extensions', 'operationName', 'variables'];
  const [first, second] = traffic.take('method', 'sent');
  same('first its hash was sent', first, ['GET', hash]);
  same('then its text', second[1], [...hash, 'query'].toSorted());
  const again = await clientOf(url).query(query, { first: 2 });
  same('the next visitor sends the hash alone', [again.data?.products.edges.length, traffic.take('method', 'sent')], [2, [['GET', hash]]]);
}

async function mutate(url) {
  for (const sent of [2, 1]) {
    const { data } = await clientOf(url).mutation(SIGN_IN, { password: 'not this' });
    same('a mutation is answered', data?.accountSignIn.userErrors.map(({ code }) => code), ['UNIDENTIFIED_CUSTOMER']);
    same(`by POST, in ${sent}`, traffic.take('method').map(([method]) => method), Array(sent).fill('POST'));
  }
}
