// Apollo Client over HTTP: node http/apollo.mjs http://localhost:8000/graphql

import { ApolloClient, CombinedGraphQLErrors, gql, HttpLink, InMemoryCache } from '@apollo/client';
import { relayStylePagination } from '@apollo/client/utilities';
import { Inbox, run, same } from '../checks.mjs';
import { KILN } from '../shop.mjs';
import { PARTLY, PRODUCTS, SIGN_IN, VIEWER, WRONG } from './documents.mjs';
import { Traffic } from './traffic.mjs';

const traffic = new Traffic();

await run(async (uri) => {
  await ask(clientOf({ uri }));
  await err(clientOf({ uri }));
  await signIn(uri);
  await byGet(clientOf({ uri, useGETForQueries: true }));
  await turnPages(clientOf({ uri }));
});

function clientOf(options) {
  const typePolicies = { QueryRoot: { queryType: true, fields: { products: relayStylePagination(['sortKey']) } } };
  return new ApolloClient({ link: new HttpLink({ ...options, fetch: traffic.fetch }), cache: new InMemoryCache({ typePolicies }) });
}

function codes(error) {
  return CombinedGraphQLErrors.is(error) ? error.errors.map(({ extensions }) => extensions.code) : String(error);
}

async function ask(client) {
  const query = gql(PRODUCTS);
  const { data, error } = await client.query({ query, variables: { first: 3 } });
  same('a query is answered', [data.products.edges.length, error], [3, undefined]);
  await client.query({ query, variables: { first: 3 } });
  same('the second time it is in the cache', traffic.take('method', 'status'), [['POST', 200]]);
}

async function err(client) {
  const partly = { query: gql(PARTLY), variables: { vendorId: KILN } };
  const thrown = await client.query(partly).catch((error) => error);
  same('an error is thrown with its code', codes(thrown), ['UNAUTHENTICATED']);
  const all = await client.query({ ...partly, errorPolicy: 'all' });
  same('with errorPolicy "all" the data is there', [typeof all.data.shop.name, all.data.vendorDesk], ['string', null]);
  same('and the error beside it', [codes(all.error), all.error.errors[0].path], [['UNAUTHENTICATED'], ['vendorDesk']]);
  const ignored = await client.query({ ...partly, errorPolicy: 'ignore', fetchPolicy: 'no-cache' });
  same('with errorPolicy "ignore" it is left out', [typeof ignored.data.shop.name, ignored.error], ['string', undefined]);
  traffic.take();
  const wrong = await client.query({ query: gql(WRONG) }).catch((error) => error);
  same('a document that is wrong is refused', codes(wrong), ['GRAPHQL_VALIDATION_FAILED']);
  same('with the status of a bad request', traffic.take('status'), [[400]]);
}

async function signIn(uri) {
  const mutation = gql(SIGN_IN);
  const client = clientOf({ uri });
  const { data } = await client.mutate({ mutation, variables: { password: 'not this' } });
  same('a mistake of a person is data', data.accountSignIn.userErrors.map(({ code }) => code), ['UNIDENTIFIED_CUSTOMER']);
  const { accountSignIn } = (await client.mutate({ mutation, variables: { password: 'lilium-demo' } })).data;
  const headers = { authorization: `Bearer ${accountSignIn.tokens.accessToken}` };
  const { viewer } = (await clientOf({ uri, headers }).query({ query: gql(VIEWER) })).data;
  same('a token says who asks', viewer.email, 'ada@example.com');
  const bad = await clientOf({ uri, headers: { authorization: 'Bearer no' } }).query({ query: gql(VIEWER) }).catch((error) => error);
  same('a token that is not good is refused', codes(bad), ['UNAUTHENTICATED']);
  traffic.take();
}

async function byGet(client) {
  const { data } = await client.query({ query: gql(PRODUCTS), variables: { first: 2 } });
  same('a query by GET is answered', data.products.edges.length, 2);
  await client.mutate({ mutation: gql(SIGN_IN), variables: { password: 'not this' } });
  same('a mutation goes by POST all the same', traffic.take('method', 'operation'), [['GET', 'Shelf'], ['POST', 'SignIn']]);
}

async function turnPages(client) {
  const watched = client.watchQuery({ query: gql(PRODUCTS), variables: { first: 3 } });
  const inbox = new Inbox();
  watched.subscribe(({ data }) => inbox.put(data?.products));
  const first = await inbox.first('a page', (products) => products?.edges.length === 3);
  await watched.fetchMore({ variables: { after: first.pageInfo.endCursor } });
  const products = await inbox.first('two pages', (all) => all?.edges.length > 3);
  const ids = products.edges.map(({ node }) => node.id);
  same('relayStylePagination appends the next page', [ids.length, new Set(ids).size], [6, 6]);
  same('the first page stays in front', ids.slice(0, 3), first.edges.map(({ node }) => node.id));
  same('two requests were sent', traffic.take('status'), [[200], [200]]);
}
