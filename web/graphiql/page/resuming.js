// A client of graphql-ws or graphql-sse that goes on where it was: a subscription with a variable `$after` is sent again, after a
// lost connection, with the cursor of the last event. Both write the variables anew for each connection, so a getter is enough.

export function resuming(client) {
  const subscribe = (operation, sink) => {
    if (!/\$after\b/.test(operation.query)) return client.subscribe(operation, sink);
    let last = operation.variables?.after;
    const variables = { ...operation.variables, get after() { return last; } };
    const next = (result) => {
      last = cursorOf(result) ?? last;
      sink.next(result);
    };
    const error = (why) => sink.error(why);
    return client.subscribe({ ...operation, variables }, { next, error, complete: () => sink.complete() });
  };
  return { ...client, subscribe };
}

/** An operation subscribes to one field; its event has the cursor. */
function cursorOf(result) {
  return Object.values(result.data ?? {})[0]?.cursor;
}
