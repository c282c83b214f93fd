// urql over HTTP: node http/urql.mjs http://localhost:8000/graphql

import { cacheExchange, Client, fetchExchange } from '@urql/core';
import { run, same } from '../checks.mjs';
import { KILN } from '../shop.mjs';
import { PARTLY, PRODUCTS, SIGN_IN, VIEWER, WRONG } from './documents.mjs';
import { Traffic } from './traffic.mjs';

const traffic = new Traffic();

await run(async (url) => {
  await ask(clientOf({ url, preferGetMethod: false }));
  await err(clientOf({ url, preferGetMethod: false }));
  await signIn(url);
  await byGet(url);
});

function clientOf(options) {
  return new Client({ ...options, fetch: traffic.fetch, exchanges: [cacheExchange, fetchExchange] });
}

function codes(error) {
  return error?.graphQLErrors.map(({ extensions }) => extensions.code);
}

async function ask(client) {
  const { data, error } = await client.query(PRODUCTS, { first: 3 });
  same('a query is answered', [data.products.edges.length, error], [3, undefined]);
  await client.query(PRODUCTS, { first: 3 });
  same('the second time it is in the cache', traffic.take('method', 'status'), [['POST', 200]]);
}

async function err(client) {
  const { data, error } = await client.query(PARTLY, { vendorId: KILN });
  same('data comes beside an error', [typeof data.shop.name, data.vendorDesk], ['string', null]);
  same('the error has its code and its path', [codes(error), error.graphQLErrors[0].path], [['UNAUTHENTICATED'], ['vendorDesk']]);
  traffic.take();
  const wrong = await client.query(WRONG, {});
  same('a document that is wrong is refused', codes(wrong.error), ['GRAPHQL_VALIDATION_FAILED']);
  same('with the status of a bad request', traffic.take('status'), [[400]]);
}

async function signIn(url) {
  const client = clientOf({ url });
  const { data } = await client.mutation(SIGN_IN, { password: 'not this' });
  same('a mistake of a person is data', data.accountSignIn.userErrors.map(({ code }) => code), ['UNIDENTIFIED_CUSTOMER']);
  const { accountSignIn } = (await client.mutation(SIGN_IN, { password: 'lilium-demo' })).data;
  const headers = { authorization: `Bearer ${accountSignIn.tokens.accessToken}` };
  const me = await clientOf({ url, fetchOptions: { headers } }).query(VIEWER, {});
  same('a token says who asks', me.data.viewer.email, 'ada@example.com');
  const bad = await clientOf({ url, fetchOptions: { headers: { authorization: 'Bearer no' } } }).query(VIEWER, {});
  same('a token that is not good is refused', codes(bad.error), ['UNAUTHENTICATED']);
  traffic.take();
}

async function byGet(url) {
  for (const preferGetMethod of [true, 'force', 'within-url-limit']) {
    const client = clientOf({ url, preferGetMethod });
    const { data } = await client.query(PRODUCTS, { first: 2 });
    await client.mutation(SIGN_IN, { password: 'not this' });
    const seen = traffic.take('method', 'operation');
    same(`preferGetMethod ${preferGetMethod}: queries by GET`, [data.products.edges.length, seen], [2, [['GET', 'Shelf'], ['POST', 'SignIn']]]);
  }
}
