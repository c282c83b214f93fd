// The storefront of src/, as TypeScript made it: node codegen/run.mjs <endpoint> <folder of generate.mjs> <text|id>

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { run, same } from '../checks.mjs';

const [, , , folder, way] = process.argv;
const { story } = await import(join(folder, 'out/storefront.js'));
const manifest = JSON.parse(readFileSync(join(folder, 'src/gql/persisted-documents.json')));

await run(async (endpoint) => {
  const execute = async (document, variables, token) => {
    const { hash } = document.__meta__;
    const response = await fetch(endpoint, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
      body: JSON.stringify({ variables, ...(way === 'id' ? { documentId: hash } : { query: manifest[hash] }) }),
    });
    return response.json();
  };
  await story(execute, same);
});
