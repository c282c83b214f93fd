// graphql-codegen's client preset over every document of a storefront that this repository has, and TypeScript over what it
// makes: node codegen/generate.mjs <folder>
//
// The folder gets the generated types, the programs of src/ as JavaScript, and the manifest of the documents.

import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { parse } from 'graphql';

const CLIENTS = fileURLToPath(new URL('..', import.meta.url));
const ROOT = join(CLIENTS, '../..');
const folder = process.argv[2];

const read = (path) => readFileSync(join(ROOT, path), 'utf8');
const write = (name, text) => writeFileSync(join(folder, name), text);

/** The documents of a storefront, by the name of their file. */
function documents() {
  const reading = 'tests/it/reading/documents';
  const files = readdirSync(join(ROOT, reading)).filter((name) => name.endsWith('.graphql'));
  const found = files.map((name) => [name, read(`${reading}/${name}`)]);
  found.push(['examples.graphql', read('web/graphiql/page/examples.graphql')]);
  found.push(['carts.graphql', literals(read('tests/it/carts/documents.rs')).join('\n')]);
  found.push(['live.graphql', /`(subscription [^`]*)`/.exec(read('docs/LIVE.md'))[1]]);
  found.push(['api.graphql', [...read('docs/API.md').matchAll(/^```graphql\n(.*?)^```/gms)].map(([, text]) => text).join('\n')]);
  return found;
}

/** The string literals of a Rust file that are documents with a name. */
function literals(rust) {
  const all = [...rust.matchAll(/"((?:query|mutation|fragment) \w+[^"]*)"/g)];
  return [...new Set(all.map(([, text]) => text))];
}

/** Runs a program of node_modules in the folder; ends with it when it fails. */
function run(name, ...args) {
  const { status } = spawnSync(process.execPath, [join(CLIENTS, 'node_modules', name), ...args], { cwd: folder, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}

mkdirSync(join(folder, 'documents'), { recursive: true });
const found = documents();
for (const [name, text] of found) write(`documents/${name}`, text);
cpSync(join(dirname(fileURLToPath(import.meta.url)), 'src'), join(folder, 'src'), { recursive: true });
cpSync(join(ROOT, 'schema.graphql'), join(folder, 'schema.graphql'));
symlinkSync(join(CLIENTS, 'node_modules'), join(folder, 'node_modules'));
write('package.json', JSON.stringify({ type: 'module' }));

const scalars = { Color: 'string', DateTime: 'string', Decimal: 'string', HTML: 'string', JSON: 'string', URL: 'string' };
write('codegen.json', JSON.stringify({
  // Imports with their endings, as Node and TypeScript's nodenext want them.
  emitLegacyCommonJSImports: false,
  schema: './schema.graphql',
  documents: ['./documents/*.graphql', './src/*.ts'],
  generates: {
    './src/gql/': {
      preset: 'client',
      presetConfig: { persistedDocuments: { hashAlgorithm: 'sha256' } },
      config: { documentMode: 'string', scalars, strictScalars: true, useTypeImports: true },
    },
  },
}));
run('@graphql-codegen/cli/esm/bin.js', '--config', 'codegen.json');

const compilerOptions = {
  strict: true,
  noUncheckedIndexedAccess: true,
  exactOptionalPropertyTypes: true,
  target: 'es2022',
  module: 'nodenext',
  lib: ['es2022', 'dom'],
  types: [],
  rootDir: 'src',
  outDir: 'out',
};
write('tsconfig.json', JSON.stringify({ compilerOptions, include: ['src'] }));
run('typescript/bin/tsc', '--project', 'tsconfig.json');

const operations = found.flatMap(([, text]) => parse(text).definitions).filter(({ kind }) => kind === 'OperationDefinition');
console.log(`${operations.length} operations`);
