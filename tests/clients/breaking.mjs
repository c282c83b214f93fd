// What a change of the schema takes from its clients: node breaking.mjs <schema before> <schema now> <list of what is meant>
//
// A breaking change stands in the list with its reason: a line such as "- `Cart.gift was removed.`: nobody asked for it." What is
// removed must have been deprecated in the schema before. What may only surprise a client is shown, and is no fault.

import { readFileSync } from 'node:fs';
import process from 'node:process';
import { BreakingChangeType, buildSchema, findBreakingChanges, findDangerousChanges } from 'graphql';

const [before, now] = process.argv.slice(2, 4).map((path) => buildSchema(readFileSync(path, 'utf8')));
const list = readFileSync(process.argv[4], 'utf8').matchAll(/^- `([^`]+)`: (\S.*)$/gm);
const meant = new Map([...list].map(([, change, why]) => [change, why]));

/** How graphql-js says that something was removed which can be deprecated, and where that stood. */
const REMOVED = {
  [BreakingChangeType.FIELD_REMOVED]: [/^(\w+)\.(\w+) was removed\.$/, (type, field) => before.getType(type).getFields()[field]],
  [BreakingChangeType.VALUE_REMOVED_FROM_ENUM]: [
    /^(\w+) was removed from enum type (\w+)\.$/,
    (value, type) => before.getType(type).getValue(value),
  ],
  [BreakingChangeType.ARG_REMOVED]: [
    /^(\w+)\.(\w+) arg (\w+) was removed\.$/,
    (type, field, name) => before.getType(type).getFields()[field].args.find((argument) => argument.name === name),
  ],
};

/** Why a breaking change must not be; nothing when it may. */
function fault({ type, description }) {
  if (!meant.has(description)) return 'it does not stand in the list';
  const [words, find] = REMOVED[type] ?? [];
  if (words && !find(...words.exec(description).slice(1)).deprecationReason) return 'it was not deprecated before';
  return undefined;
}

let faults = 0;
for (const change of findBreakingChanges(before, now)) {
  const why = fault(change);
  if (why) faults += 1;
  console.log(why ? `breaks: ${change.description} (${change.type}: ${why})` : `meant: ${change.description}`);
}
for (const { type, description } of findDangerousChanges(before, now)) console.log(`note: ${description} (${type})`);
console.log(`${faults} faults`);
process.exit(faults > 0 ? 1 : 0);
