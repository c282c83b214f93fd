// Runs the examples of docs/API.md as they stand there: node guide/run.mjs <endpoint> <the page>
//
// A block of `sh` is run by bash, one after the other in one shell; a block of `graphql` is sent, with what earlier answers held for
// its variables. The block of `json` after either is the answer, and `http` after `sh` are lines of it: "..." stands for any text.
// A block of `js` stands in a script that a test runs. Any other block is a fault.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { run, same } from '../checks.mjs';
import { Shell } from './shell.mjs';
import { difference, missing } from './answers.mjs';

const CLIENTS = fileURLToPath(new URL('..', import.meta.url));
/** The folders whose scripts tests run. */
const SCRIPTS = ['browser', 'codegen', 'guide', 'http', 'live', 'relay', 'trusted'];

/** What a reader would paste: the variable's name, and how it is found in an answer. */
const KEPT = {
  cart: /"(gid:\/\/lilium\/Cart\/[^"]*)"/,
  order: /"(gid:\/\/lilium\/Order\/[^"]*)"/,
  endCursor: /"endCursor":"([^"]*)"/,
};

await run(async (endpoint) => {
  const page = readFileSync(process.argv[3], 'utf8').replaceAll('http://localhost:8000/graphql', endpoint);
  const blocks = blocksOf(page);
  same('every fence is one of a block', page.match(/^ *(```|~~~)/gm).length, blocks.length * 2);
  const shell = new Shell();
  const known = {};
  while (blocks.length > 0) {
    const block = blocks.shift();
    const due = ['json', 'http'].includes(blocks[0]?.kind) ? blocks.shift() : undefined;
    await look(block, due, { endpoint, shell, known });
  }
  shell.end();
});

/** `{ kind, text, line }` of each fenced block. */
function blocksOf(page) {
  const found = page.matchAll(/^( *)```(\w*)\n(.*?)^ *```$/gms);
  return [...found].map(({ 1: indent, 2: kind, 3: text, index }) => ({
    kind,
    text: text.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
    line: page.slice(0, index).split('\n').length,
  }));
}

async function look(block, due, { endpoint, shell, known }) {
  const name = `line ${block.line}, ${block.kind || "no kind"}`;
  if (block.kind === 'js' && !due) return same(name, scripts().some((script) => script.includes(flush(block.text))), true);
  if (!due || !['sh', 'graphql'].includes(block.kind)) return same(`${name} is run`, false, true);
  const answer = block.kind === 'sh' ? await shell.run(block.text) : await send(endpoint, block.text, known);
  same(name, wrongIn(answer, due), undefined);
}

function wrongIn(answer, { kind, text }) {
  if (kind === 'http') return missing(answer, text);
  try {
    return difference(JSON.parse(answer), JSON.parse(text));
  } catch (error) {
    return `${error.message} in ${answer}`;
  }
}

/** Answers an operation, with what earlier answers held for its variables, and keeps what this one holds. */
async function send(endpoint, query, known) {
  const variables = Object.fromEntries([...query.matchAll(/\$(\w+):/g)].map(([, name]) => [name, known[name]]));
  const response = await fetch(endpoint, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/graphql-response+json' },
    body: JSON.stringify({ query, variables }),
  });
  const text = await response.text();
  for (const [name, words] of Object.entries(KEPT)) known[name] = words.exec(text)?.[1] ?? known[name];
  return text;
}

/** The lines of a text without what they are indented by. */
function flush(text) {
  return text.split('\n').map((line) => line.trim()).join('\n');
}

function scripts() {
  const files = SCRIPTS.flatMap((folder) => readdirSync(join(CLIENTS, folder)).map((name) => join(CLIENTS, folder, name)));
  return files.filter((file) => file.endsWith('.mjs')).map((file) => flush(readFileSync(file, 'utf8')));
}
