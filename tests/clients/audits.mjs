// Runs the GraphQL-over-HTTP audits against an endpoint: node audits.mjs http://localhost:8000/graphql
//
// Every audit must pass, those that the specification only recommends or allows as well.

import process from 'node:process';
import { serverAudits } from 'graphql-http';

const EXPECTED = 61;

const url = process.argv[2];
if (!url) {
  console.error('usage: node audits.mjs <url of the GraphQL endpoint>');
  process.exit(2);
}

let passed = 0;
const audits = serverAudits({ url, fetchFn: fetch });
for (const audit of audits) {
  const result = await outcome(audit);
  if (result.status === 'ok') passed += 1;
  console.log(`${result.status.padEnd(6)} ${audit.id} ${audit.name}`);
  if (result.reason) console.log(`       ${result.reason}`);
}

console.log(`\n${passed} of ${audits.length} audits passed`);
if (audits.length !== EXPECTED) console.error(`expected ${EXPECTED} audits: has the package changed?`);
process.exit(passed === EXPECTED && audits.length === EXPECTED ? 0 : 1);

/** An audit throws when the endpoint cannot be reached; that is no pass either. */
async function outcome(audit) {
  try {
    return await audit.fn();
  } catch (error) {
    return { status: 'fatal', reason: error.cause?.message ?? error.message };
  }
}
