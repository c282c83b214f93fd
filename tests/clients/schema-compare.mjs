// Compares the served schema with the Storefront API that storefronts are written for:
//
//   node schema-compare.mjs http://localhost:8000/graphql
//   node schema-compare.mjs introspection.json
//
// What is compared, and what counts as a difference, stands in schema-differences.mjs.

import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import process from 'node:process';
import { getIntrospectionQuery } from 'graphql';
import { differences } from './schema-differences.mjs';

const source = process.argv[2];
if (!source) {
  console.error('usage: node schema-compare.mjs <url of the GraphQL endpoint, or a file with an introspection result>');
  process.exit(2);
}

const reference = createRequire(import.meta.url).resolve('@shopify/hydrogen-react/storefront.schema.json');
const [ours, theirs, additions] = await Promise.all([
  source.startsWith('http') ? introspect(source) : readJson(source),
  readJson(reference),
  readJson(new URL('./marketplace-additions.json', import.meta.url)),
]);

const { faults, counts } = differences(schemaIn(ours), schemaIn(theirs), additions);
for (const fault of faults) console.log(fault);
console.log(
  `\n${counts.types} types in both, ${counts.members} members compared, ${counts.added} additions; ` +
    `${counts.ownTypes} types of our own; of the shared types, ${counts.missing} members are not served`,
);
console.log(faults.length === 0 ? 'no differences' : `${faults.length} differences`);
process.exit(faults.length === 0 ? 0 : 1);

async function introspect(url) {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: getIntrospectionQuery({ inputValueDeprecation: true }) }),
  });
  const answer = await response.json();
  if (!answer.data) throw new Error(`${url} refuses the introspection query: ${JSON.stringify(answer.errors)}`);
  return answer;
}

async function readJson(path) {
  return JSON.parse(await readFile(path, 'utf8'));
}

/** The schema in an introspection result, with or without `data` around it. */
function schemaIn(introspection) {
  return (introspection.data ?? introspection).__schema;
}
