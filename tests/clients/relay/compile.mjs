// Compiles the documents of src/ with relay-compiler: node relay/compile.mjs <folder>
//
// The folder gets the artifacts, and persisted.json: the manifest by which the server may know the documents.

import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const folder = process.argv[2];

cpSync(here('src'), join(folder, 'src'), { recursive: true });
cpSync(here('../../../schema.graphql'), join(folder, 'schema.graphql'));
mkdirSync(join(folder, 'artifacts'));
// The compiler adds to a manifest that is there.
writeFileSync(join(folder, 'persisted.json'), '{}');
// The artifacts are CommonJS.
writeFileSync(join(folder, 'package.json'), JSON.stringify({ type: 'commonjs' }));
writeFileSync(
  join(folder, 'relay.config.json'),
  JSON.stringify({
    src: './src',
    schema: './schema.graphql',
    language: 'javascript',
    artifactDirectory: './artifacts',
    eagerEsModules: false,
    persistConfig: { file: './persisted.json', algorithm: 'SHA256' },
  }),
);

const compiler = here('../node_modules/relay-compiler/cli.js');
const { status } = spawnSync(process.execPath, [compiler, 'relay.config.json'], { cwd: folder, stdio: 'inherit' });
process.exit(status ?? 1);
