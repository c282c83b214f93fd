// urql over graphql-ws: node urql.mjs http://localhost:8000/graphql

import { Client, fetchExchange, subscriptionExchange } from '@urql/core';
import { run } from '../checks.mjs';
import { connect } from './connect.mjs';
import { followAnOrder, inNode, ORDER, socketOf } from './story.mjs';

await run((endpoint) => followAnOrder(endpoint, follow));

function follow(url, orderId, seen, failed) {
  const socket = connect(socketOf(url), undefined, inNode);
  const forwardSubscription = (operation) => ({
    subscribe: (sink) => ({ unsubscribe: socket.subscribe(operation, sink) }),
  });
  const client = new Client({ url, exchanges: [subscriptionExchange({ forwardSubscription }), fetchExchange] });
  const { unsubscribe } = client.subscription(ORDER, { orderId }).subscribe(({ data, error }) => {
    if (error) failed(error);
    else seen(data.orderUpdated);
  });
  return unsubscribe;
}
