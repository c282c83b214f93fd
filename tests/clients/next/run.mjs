// The recipe of docs/CACHING.md for Next.js, its files as they stand there: node run.mjs <url of the GraphQL endpoint> <docs/CACHING.md>
//
// What Next.js does is done here in a few lines: it keeps what a function with 'use cache' answers under its tags, and forgets what is
// revalidated. Somebody changes the titles of pages all the while.

import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { pause, run, same } from '../checks.mjs';

const PACKAGES = fileURLToPath(new URL('../node_modules', import.meta.url));
const PAGE = '{ pages(first: 1) { nodes { title } } }';
const OTHER = '{ vendors(first: 1) { nodes { name } } }';

/** What of `next/cache` the recipe uses. */
const NEXT = `
  import { AsyncLocalStorage } from 'node:async_hooks';
  const kept = new Map(), scope = new AsyncLocalStorage();
  export const cacheTag = (...tags) => {
    if (tags.length > 128) throw new Error(\`\${tags.length} tags: Next.js takes 128\`);
    scope.getStore().tags = tags;
  };
  export const cacheLife = (life) => { scope.getStore().life = life; };
  export const revalidateTag = (tag) => {
    for (const [key, { tags }] of kept) if (tags.includes(tag)) kept.delete(key);
  };
  export const useCache = (made) => async (...args) => {
    const key = JSON.stringify(args);
    if (kept.has(key)) return kept.get(key).value;
    const entry = { tags: [], life: {} };
    entry.value = await scope.run(entry, () => made(...args));
    if (entry.life.expire > 0) kept.set(key, entry);
    return entry.value;
  };`;

await run(async (endpoint) => {
  const folder = await mkdtemp(join(tmpdir(), 'lilium-next-'));
  const stops = [() => rm(folder, { recursive: true })];
  try {
    await story(endpoint, folder, stops);
  } finally {
    for (const stop of stops.reverse()) await stop();
  }
});

async function story(endpoint, folder, stops) {
  const files = await unpack(folder);
  same('the page has three files', files, ['lib/lilium.js', 'app/api/touched/route.js', 'follow-lilium.mjs']);

  let asked = 0;
  const fetched = globalThis.fetch;
  globalThis.fetch = (...args) => { asked += 1; return fetched(...args); };
  process.env.LILIUM_URL = endpoint;
  process.env.TOUCHED_SECRET = 'only these two know it';
  const at = (file) => import(pathToFileURL(join(folder, file)));
  const { useCache } = await at('node_modules/next/cache.js');
  const ask = useCache((await at('lib/lilium.js')).ask);
  const { POST } = await at('app/api/touched/route.js');

  const storefront = createServer(async (incoming, outgoing) => {
    const body = [];
    for await (const part of incoming) body.push(part);
    const request = new Request(`http://localhost${incoming.url}`, {
      method: incoming.method,
      headers: incoming.headers,
      body: Buffer.concat(body),
    });
    const answer = await POST(request);
    outgoing.writeHead(answer.status).end();
  });
  await new Promise((resolve) => storefront.listen(0, '127.0.0.1', resolve));
  stops.push(() => { storefront.closeAllConnections(); storefront.close(); });
  const address = `http://127.0.0.1:${storefront.address().port}`;
  const stranger = await fetched(`${address}/api/touched`, { method: 'POST', body: '{"tags":["pages"]}' });
  same('a stranger has nothing forgotten', stranger.status, 401);

  const follower = spawn(process.execPath, [join(folder, 'follow-lilium.mjs')], {
    env: { ...process.env, STOREFRONT_URL: address, LILIUM_EMAIL: 'admin@example.com', LILIUM_PASSWORD: 'lilium-demo' },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  stops.push(() => follower.kill());

  const title = async () => (await ask(PAGE)).pages.nodes[0].title;
  const first = await title();
  const begun = Date.now();
  while (await title() === first && Date.now() - begun < 30_000) await pause(20);
  same('a change is seen', (await title()) !== first, true);

  await ask(OTHER);
  asked = 0;
  const seen = new Set();
  const until = Date.now() + 6_000;
  let times = 0;
  for (; Date.now() < until; times += 2) {
    seen.add(await title());
    await ask(OTHER);
    await pause(20);
  }
  same('so is every later one', seen.size > 1, true);
  // A shop that is too busy to hear of changes for a while says nothing of tags, and is asked each time.
  same(`what was not touched is not asked for (${asked} times of ${times})`, asked < times / 4, true);
}

/** Writes the files of the page, each named by its first line, beside what they import. */
async function unpack(folder) {
  const page = await readFile(process.argv[3], 'utf8');
  const blocks = [...page.matchAll(/```js\n\/\/ (\S+)\n([\s\S]*?)```/g)];
  for (const [, name, text] of blocks) {
    await mkdir(join(folder, dirname(name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
  const next = join(folder, 'node_modules/next');
  await mkdir(next, { recursive: true });
  await writeFile(join(next, 'package.json'), '{ "name": "next", "type": "module", "exports": { "./cache": "./cache.js" } }');
  await writeFile(join(next, 'cache.js'), NEXT);
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
  for (const name of ['graphql', 'graphql-ws', 'ws']) {
    await symlink(join(PACKAGES, name), join(folder, 'node_modules', name));
  }
  return blocks.map(([, name]) => name);
}
