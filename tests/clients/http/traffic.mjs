// What a client sends over HTTP and what it is answered, written down as it goes by.

export class Traffic {
  /** `{ method, status, operation, sent }` of each request: `sent` is the names of what stood in it. */
  seen = [];

  /** In place of a client's `fetch`. */
  fetch = async (input, init) => {
    const response = await fetch(input, init);
    const method = init?.method ?? 'GET';
    const parts = method === 'GET' ? Object.fromEntries(new URL(input).searchParams) : JSON.parse(init.body);
    const sent = Object.keys(parts).filter((name) => parts[name] !== undefined && parts[name] !== '').toSorted();
    this.seen.push({ method, status: response.status, operation: parts.operationName, sent, response });
    return response;
  };

  /** What was seen since the last time, of these parts. */
  take(...names) {
    const seen = this.seen.splice(0);
    return seen.map((one) => names.map((name) => one[name]));
  }
}
