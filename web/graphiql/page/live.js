// Subscriptions in a tab: each has a WebSocket of its own, with the headers of the tab as the connection's parameters.
// graphqlWs is a global of its script.
import { resuming } from "./resuming.js";

const PAUSE = 2000;
/** The server does not know this person any more: the same headers would not help. */
const FORBIDDEN = 4403;

/** Whether the operation that is to run is a subscription. */
export function isSubscription({ operationName }, document) {
  const operations = document?.definitions.filter((it) => it.kind === "OperationDefinition") ?? [];
  const chosen = operationName ? operations.find((it) => it.name?.value === operationName) : operations[0];
  return chosen?.operation === "subscription";
}

/** The events of an operation, as GraphiQL takes them: it shows the last one, and stops by `unsubscribe`. */
export function events(endpoint, operation, headers) {
  return { subscribe: (sink) => ({ unsubscribe: follow(endpoint, operation, headers, sink) }) };
}

function follow(endpoint, operation, headers, sink) {
  let shown = {};
  const client = graphqlWs.createClient({
    url: endpoint.href.replace(/^http/, "ws"),
    connectionParams: headers,
    retryAttempts: Infinity,
    retryWait: () => new Promise((resolve) => setTimeout(resolve, PAUSE)),
    shouldRetry: (why) => why.code !== FORBIDDEN,
    on: {
      // What was shown last stays, with a word below it, until the connection is back.
      closed: (why) => why.code !== 1000 && sink.next({ ...shown, extensions: { connection: `connecting again; ${closing(why)}` } }),
      connected: (_socket, _payload, again) => again && sink.next(shown),
    },
  });
  const next = (event) => sink.next((shown = event));
  const error = (why) => sink.error(Array.isArray(why) ? why : { message: closing(why) });
  return resuming(client).subscribe(operation, { next, error, complete: () => sink.complete() });
}

function closing({ code, reason, message }) {
  if (!code) return message || "there was no connection";
  return `the connection was closed with ${code}${reason && `: ${reason}`}`;
}
