// Apollo's manifest of the documents of src/: node trusted/manifest.mjs <folder>, which gets persisted-query-manifest.json.

import { spawnSync } from 'node:child_process';
import { cpSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const folder = process.argv[2];

cpSync(here('src'), join(folder, 'src'), { recursive: true });
symlinkSync(here('../node_modules'), join(folder, 'node_modules'));
const generate = here('../node_modules/@apollo/generate-persisted-query-manifest/cli.js');
const { status } = spawnSync(process.execPath, [generate], { cwd: folder, stdio: 'inherit' });
process.exit(status ?? 1);
