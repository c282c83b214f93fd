// Apollo Client with automatic persisted queries: node http/apollo-automatic.mjs http://localhost:8000/graphql

import { createHash } from 'node:crypto';
import { ApolloClient, gql, HttpLink, InMemoryCache } from '@apollo/client';
import { createPersistedQueryLink } from '@apollo/client/link/persisted-queries';
import { run, same } from '../checks.mjs';
import { PRODUCTS, SIGN_IN } from './documents.mjs';
import { Traffic } from './traffic.mjs';

const traffic = new Traffic();
const sha256 = (text) => createHash('sha256').update(text).digest('hex');

await run(async (uri) => {
  await learn(uri);
  await mutate(uri);
});

/** A client that has nothing in its cache, as every visitor's. */
function clientOf(uri) {
  const link = createPersistedQueryLink({ sha256, useGETForHashedQueries: true });
  return new ApolloClient({ link: link.concat(new HttpLink({ uri, fetch: traffic.fetch })), cache: new InMemoryCache() });
}

async function learn(uri) {
  // Nobody asked for this before.
  const query = gql(PRODUCTS.replace('Shelf', `Shelf${Date.now()}`));
  const { data } = await clientOf(uri).query({ query, variables: { first: 3 } });
  same('a query that nobody knew is answered', data.products.edges.length, 3);
  const hash = ['extensions', 'operationName', 'variables'];
  same('first its hash was sent, then its text', traffic.take('method', 'sent'), [['GET', hash], ['POST', [...hash, 'query'].toSorted()]]);

  const again = await clientOf(uri).query({ query, variables: { first: 2 } });
  same('the next visitor sends the hash alone', [again.data.products.edges.length, traffic.seen.map(({ sent }) => sent)], [2, [hash]]);
  const { headers } = traffic.seen[0].response;
  const [control, tag] = [headers.get('cache-control'), headers.get('etag')];
  same('a cache on the way may keep the answer', [/^public, max-age=\d+/.test(control), /^(W\/)?"/.test(tag)], [true, true]);
  same('by GET', traffic.take('method', 'status'), [['GET', 200]]);
}

async function mutate(uri) {
  for (const sent of [2, 1]) {
    const { data } = await clientOf(uri).mutate({ mutation: gql(SIGN_IN), variables: { password: 'not this' } });
    same('a mutation is answered', data.accountSignIn.userErrors.map(({ code }) => code), ['UNIDENTIFIED_CUSTOMER']);
    same(`by POST, in ${sent}`, traffic.take('method').map(([method]) => method), Array(sent).fill('POST'));
  }
}
