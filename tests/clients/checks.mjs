// What each script of this folder begins with: it is given the URL of the GraphQL endpoint, prints a line for each thing that it
// looked at, and ends by itself, with 1 when something was not as it ought to be.

import process from 'node:process';
import { isDeepStrictEqual } from 'node:util';

const PATIENCE = 60_000;

let wrong = 0;

/** Runs `story` with the endpoint's URL; `patience` is how many milliseconds it may take. */
export async function run(story, patience = PATIENCE) {
  const endpoint = process.argv[2];
  if (!endpoint) {
    console.error(`usage: node ${process.argv[1]} <url of the GraphQL endpoint>`);
    process.exit(2);
  }
  const late = setTimeout(() => end(new Error(`not at the end after ${patience / 1000} s`)), patience);
  try {
    await story(endpoint);
    clearTimeout(late);
    end();
  } catch (error) {
    end(error);
  }
}

/** One thing that was looked at. */
export function same(what, is, due) {
  const good = isDeepStrictEqual(is, due);
  if (!good) wrong += 1;
  console.log(`${good ? 'ok' : 'not ok'} ${what}`);
  if (!good) console.log(`       is  ${JSON.stringify(is)}\n       due ${JSON.stringify(due)}`);
}

export const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Events as they come, and somebody who waits for one. */
export class Inbox {
  events = [];
  #waiting = [];

  put(event) {
    this.events.push(event);
    this.#waiting = this.#waiting.filter(({ is, found }) => !is(event) || found(event));
  }

  /** The first event that `is` holds of; one that is there already counts. */
  async first(what, is) {
    const there = this.events.find(is);
    if (there) return there;
    const late = pause(PATIENCE / 3).then(() => {
      throw new Error(`${what} did not come; there is ${JSON.stringify(this.events)}`);
    });
    return Promise.race([new Promise((found) => this.#waiting.push({ is, found })), late]);
  }
}

function end(error) {
  if (error) console.log(`not ok it ran to its end: ${error.stack ?? JSON.stringify(error)}`);
  process.exit(error || wrong > 0 ? 1 : 0);
}
