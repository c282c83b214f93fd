// relay-runtime without a framework around it: what its hooks do, as functions.

import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createClient } from 'graphql-ws';
import relay from 'relay-runtime';
import { inNode, socketOf } from '../live/story.mjs';

const { createOperationDescriptor, getPaginationMetadata, getPaginationVariables, getRefetchMetadata, getSingularSelector } = relay;
const { Environment, fetchQuery, Network, Observable, RecordSource, Store } = relay;

/** What relay-compiler left in a folder, and the environment that runs it against the endpoint. */
export class Storefront {
  /** What was sent: a name for each request. */
  sent = [];

  /** `way` is what is sent of an operation: its text, or the id that the manifest has it under. */
  constructor(endpoint, folder, way) {
    this.endpoint = endpoint;
    this.require = createRequire(join(folder, 'artifacts/'));
    this.texts = JSON.parse(readFileSync(join(folder, 'persisted.json')));
    this.way = way;
    const subscribe = (request, variables) => this.#follow(request, variables);
    this.environment = new Environment({
      network: Network.create((request, variables) => this.#ask(request, variables), subscribe),
      store: new Store(new RecordSource()),
    });
  }

  artifact(name) {
    return this.require(`./${name}.graphql.js`);
  }

  /** Whose requests these are from now on. */
  signedIn(token) {
    this.token = token;
  }

  /** Runs a query and gives what its own fields hold, with references to its fragments. */
  async query(name, variables) {
    const query = this.artifact(name);
    await fetchQuery(this.environment, query, variables).toPromise();
    return this.environment.lookup(createOperationDescriptor(query, variables).fragment).data;
  }

  /** What a fragment holds. */
  read(name, reference) {
    return this.environment.lookup(getSingularSelector(this.artifact(name), reference)).data;
  }

  /** Asks for the next page of the fragment's list, as `usePaginationFragment` does; the list grows where it is. */
  async more(name, reference, count) {
    const fragment = this.artifact(name);
    const selector = getSingularSelector(fragment, reference);
    const { connectionPathInFragmentData: path, paginationMetadata, paginationRequest } = getPaginationMetadata(fragment, name);
    const { identifierInfo } = getRefetchMetadata(fragment, name);
    const data = this.read(name, reference);
    const { pageInfo } = path.reduce((value, key) => value[key], data);
    const [direction, cursor] = paginationMetadata.forward ? ['forward', pageInfo.endCursor] : ['backward', pageInfo.startCursor];
    const variables = getPaginationVariables(direction, count, cursor, selector.owner.variables, {}, paginationMetadata);
    if (identifierInfo) variables[identifierInfo.identifierQueryVariableName] = data[identifierInfo.identifierField];
    await fetchQuery(this.environment, paginationRequest, variables).toPromise();
  }

  /** What is sent of a request. */
  #body({ id, name }, variables) {
    this.sent.push(name);
    return this.way === 'id' ? { documentId: id, variables } : { query: this.texts[id], variables };
  }

  async #ask(request, variables) {
    const response = await fetch(this.endpoint, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(this.token && { authorization: `Bearer ${this.token}` }) },
      body: JSON.stringify(this.#body(request, variables)),
    });
    return response.json();
  }

  #follow(request, variables) {
    const client = createClient({ url: socketOf(this.endpoint), ...inNode });
    // That client wants a text whatever is named.
    return Observable.create((sink) => client.subscribe({ query: '', ...this.#body(request, variables) }, sink));
  }
}
