// Copies the five prebuilt files that the page loads from node_modules/ to dist/; nothing is bundled.
import { copyFileSync, mkdirSync, rmSync } from "node:fs";
import { basename, join } from "node:path";

const here = import.meta.dirname ?? new URL(".", import.meta.url).pathname;
const dist = join(here, "dist");
const files = [
  "react/umd/react.production.min.js",
  "react-dom/umd/react-dom.production.min.js",
  "graphiql/graphiql.min.js",
  "graphiql/graphiql.min.css",
  "graphql-ws/umd/graphql-ws.min.js",
];

rmSync(dist, { recursive: true, force: true });
mkdirSync(dist);
for (const file of files) {
  copyFileSync(join(here, "node_modules", file), join(dist, basename(file)));
}
