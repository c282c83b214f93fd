// EventSource, as browsers have it: node eventsource.mjs http://localhost:8000/graphql

import { EventSource } from 'eventsource';
import { run } from '../checks.mjs';
import { followAnOrder, ORDER } from './story.mjs';

await run((endpoint) => followAnOrder(endpoint, follow));

function follow(url, orderId, seen, failed) {
  const address = new URL(url);
  address.searchParams.set('query', ORDER);
  address.searchParams.set('variables', JSON.stringify({ orderId }));
  const source = new EventSource(address);
  source.addEventListener('next', (event) => seen(JSON.parse(event.data).data.orderUpdated));
  source.addEventListener('complete', () => source.close());
  source.addEventListener('complete', () => failed('complete'));
  return () => source.close();
}
