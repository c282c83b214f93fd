// Apollo Client over graphql-ws: node apollo.mjs http://localhost:8000/graphql

import { ApolloClient, gql, InMemoryCache } from '@apollo/client';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { run } from '../checks.mjs';
import { connect } from './connect.mjs';
import { followAnOrder, inNode, ORDER, socketOf } from './story.mjs';

await run((endpoint) => followAnOrder(endpoint, follow));

function follow(url, orderId, seen, failed) {
  const socket = connect(socketOf(url), undefined, inNode);
  const client = new ApolloClient({ link: new GraphQLWsLink(socket), cache: new InMemoryCache() });
  const subscription = client.subscribe({ query: gql(ORDER), variables: { orderId } }).subscribe({
    next: ({ data, error }) => (error ? failed(error) : seen(data.orderUpdated)),
    error: failed,
    complete: () => failed('complete'),
  });
  return () => subscription.unsubscribe();
}
