// The storefront of src/, as TypeScript made it: node codegen/run.mjs <endpoint> <folder of generate.mjs> <text|id>

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { run, same } from '../checks.mjs';

const [, , , folder, way] = process.argv;
const { story } = await import(join(folder, 'out/storefront.js'));
const manifest = JSON.parse(readFileSync(join(folder, 'src/gql/persisted-documents.json')));

const byId = (documentId, variables) => JSON.stringify({ documentId, variables });
const byText = (hash, variables) => JSON.stringify({ query: manifest[hash], variables });

await run(async (endpoint) => {
  const execute = async (document, variables, token) => {
    const { hash } = document.__meta__;
    const response = await fetch(endpoint, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
      body: way === 'id' ? byId(hash, variables) : byText(hash, variables),
    });
    return response.json();
  };
  await story(execute, same);
});
