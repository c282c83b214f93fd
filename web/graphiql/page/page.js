// GraphiQL over the API of the same origin. React, ReactDOM and GraphiQL are globals of the scripts before this one.
import { events, isSubscription } from "./live.js";

const { createElement: h } = React;
const endpoint = new URL("graphql", document.baseURI);

/** Sends one operation and gives the answer as GraphiQL shows it; an answer that is not JSON becomes an error. */
async function send(params, options) {
  const response = await fetch(endpoint, {
    method: "POST",
    headers: {
      accept: "application/graphql-response+json, application/json",
      "content-type": "application/json",
      ...options?.headers,
    },
    body: JSON.stringify(params),
  });
  const text = await response.text();
  try {
    return JSON.parse(text);
  } catch {
    return { errors: [{ message: `HTTP ${response.status}: ${text || response.statusText}` }] };
  }
}

/** Runs what a tab holds: subscriptions on a socket, everything else by a request. */
function run(params, options) {
  return isSubscription(params, options?.documentAST) ? events(endpoint, params, options?.headers) : send(params, options);
}

/** A tab of an example: its line `#headers {...}` is put into the headers of the tab. */
function tab(text) {
  const line = /^#headers (.*)$/m;
  const query = text.replace(line, "").trim() + "\n";
  const headers = line.exec(text)?.[1];
  return headers ? { query, headers: JSON.stringify(JSON.parse(headers), null, 2) } : { query };
}

/** One tab for each operation of examples.graphql: a comment that follows an empty line begins the next one. */
async function exampleTabs() {
  const response = await fetch(new URL("graphiql/examples.graphql", document.baseURI));
  if (!response.ok) return undefined;
  const text = await response.text();
  return text.split(/\n{2,}(?=#)/).map(tab);
}

const page = h(
  GraphiQL,
  { fetcher: run, defaultTabs: await exampleTabs(), defaultEditorToolsVisibility: "headers" },
  h(GraphiQL.Logo, null, h("span", { className: "wordmark" }, "Lilium")),
);
ReactDOM.createRoot(document.getElementById("graphiql")).render(page);
