// Apollo Client and urql at a server that runs nothing but the documents of a manifest:
// node trusted/run.mjs <endpoint> <folder of manifest.mjs>

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { ApolloClient, ApolloLink, gql, HttpLink, InMemoryCache } from '@apollo/client';
import { createPersistedQueryLink } from '@apollo/client/link/persisted-queries';
import { createPersistedQueryManifestVerificationLink, generatePersistedQueryIdsFromManifest } from '@apollo/persisted-query-lists';
import { Client, fetchExchange } from '@urql/core';
import { persistedExchange } from '@urql/exchange-persisted';
import { Traffic } from '../http/traffic.mjs';
import { run, same } from '../checks.mjs';

const folder = process.argv[3];
const manifest = JSON.parse(readFileSync(join(folder, 'persisted-query-manifest.json')));
const traffic = new Traffic();

/** The text that the manifest has under a name. */
function textOf(name) {
  return manifest.operations.find((operation) => operation.name === name);
}

await run(async (endpoint) => {
  await withApollo(endpoint);
  await withUrql(endpoint);
  await withoutTheManifest(endpoint);
});

async function withApollo(uri) {
  const loadManifest = () => Promise.resolve(manifest);
  const unlisted = [];
  const verify = createPersistedQueryManifestVerificationLink({ loadManifest, onUnknownOperation: ({ operation }) => unlisted.push(operation.operationName) });
  const name = createPersistedQueryLink(generatePersistedQueryIdsFromManifest({ loadManifest }));
  const link = ApolloLink.from([verify, name, new HttpLink({ uri, fetch: traffic.fetch, useGETForQueries: true })]);
  const client = new ApolloClient({ link, cache: new InMemoryCache() });

  // What the manifest has is the text with the fields that the client adds; the storefront has it without.
  const { SHELF, SIGN_IN } = await documents();
  const { data } = await client.query({ query: SHELF, variables: { first: 3 } });
  same('a query of the manifest is answered', data.products.edges.length, 3);
  const { accountSignIn } = (await client.mutate({ mutation: SIGN_IN, variables: { email: 'ada@example.com', password: 'lilium-demo' } })).data;
  same('a mutation of the manifest is answered', typeof accountSignIn.tokens.accessToken, 'string');
  const sent = traffic.take('method', 'sent');
  const id = ['extensions', 'operationName', 'variables'];
  same('none of them was sent as text', sent, [['GET', id], ['POST', id]]);
  same('the manifest has all of them', unlisted, []);
}

/** The documents of the storefront, of which the manifest was made. */
async function documents() {
  const source = readFileSync(join(folder, 'src/documents.ts'), 'utf8').replace(/^import .*$/m, '').replaceAll('export const', 'const');
  return new Function('gql', `${source}; return { SHELF, SIGN_IN };`)(gql);
}

async function withUrql(url) {
  const { id, body } = textOf('Shelf');
  const persisted = persistedExchange({ enforcePersistedQueries: true, generateHash: async () => id, preferGetForPersistedQueries: true });
  const client = new Client({ url, fetch: traffic.fetch, exchanges: [persisted, fetchExchange] });
  const { data } = await client.query(body, { first: 3 });
  same('urql is answered, too', data?.products.edges.length, 3);
  same('and sent no text', traffic.take('method', 'sent'), [['GET', ['extensions', 'operationName', 'variables']]]);
}

async function withoutTheManifest(endpoint) {
  const send = async (body) => {
    const response = await fetch(endpoint, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
    const { data, errors } = await response.json();
    return data ?? errors.map(({ extensions }) => extensions.code);
  };
  const { body } = textOf('Shelf');
  same('another text is refused', await send({ query: '{ shop { name } }' }), ['DOCUMENT_NOT_TRUSTED']);
  same('looking at the schema is refused', await send({ query: '{ __schema { queryType { name } } }' }), ['DOCUMENT_NOT_TRUSTED']);
  const { products } = await send({ query: body, variables: { first: 1 } });
  same('a text of the manifest is known by its text', products?.edges.length, 1);
  const hash = 'ab'.repeat(32);
  same('a hash that nobody knows is refused', (await send({ extensions: { persistedQuery: { version: 1, sha256Hash: hash } } })).length, 1);
  same('a name that nobody knows is refused', (await send({ documentId: hash })).length, 1);
}
