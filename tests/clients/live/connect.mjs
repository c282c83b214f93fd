// A client of graphql-ws that connects again for as long as it takes, and goes on where it was.

import { createClient } from 'graphql-ws';
import { resuming } from '../../../web/graphiql/page/resuming.js';

export const connect = (url, connectionParams, more) => resuming(createClient({
  url,
  connectionParams,
  retryAttempts: Infinity,
  shouldRetry: () => true,
  ...more,
}));
