// A storefront that keeps its session alive: node guide/session.mjs http://localhost:8000/graphql

import { run, same } from '../checks.mjs';

const RENEW = `mutation($token: String!) {
  accountTokenRefresh(refreshToken: $token) { tokens { accessToken refreshToken } userErrors { code } }
}`;
const SIGN_IN = `mutation { accountSignIn(email: "chen@example.com", password: "lilium-demo") {
  tokens { accessToken refreshToken } userErrors { code } } }`;
const VIEWER = '{ viewer { email } }';

let endpoint;
let session;
const sent = [];

async function send(query, variables, token) {
  sent.push(query);
  const response = await fetch(endpoint, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
    body: JSON.stringify({ query, variables }),
  });
  return response.json();
}

let renewing;

/** New tokens for the session, asked for once however many requests wait for them. */
function renew() {
  renewing ??= send(RENEW, { token: session.refreshToken }).then(({ data }) => {
    session = data?.accountTokenRefresh.tokens;
    return session;
  }).finally(() => {
    renewing = undefined;
  });
  return renewing;
}

export async function ask(query, variables) {
  const answer = await send(query, variables, session?.accessToken);
  const refused = answer.errors?.some(({ extensions }) => extensions.code === 'UNAUTHENTICATED');
  if (!refused || !session || !(await renew())) return answer;
  return send(query, variables, session.accessToken);
}

await run(async (url) => {
  endpoint = url;
  session = (await send(SIGN_IN)).data.accountSignIn.tokens;
  const { data } = await ask(VIEWER);
  same('a token says who asks', data.viewer.email, 'chen@example.com');

  sent.length = 0;
  const before = session.refreshToken;
  // As good as one whose time is over.
  session.accessToken = 'over';
  const answers = await Promise.all([ask(VIEWER), ask(VIEWER), ask(VIEWER)]);
  same('all that waited are answered', answers.map((answer) => answer.data?.viewer.email), Array(3).fill('chen@example.com'));
  same('the tokens were renewed once', sent.filter((query) => query === RENEW).length, 1);
  same('the refresh token is another', session.refreshToken !== before, true);

  const twice = await send(RENEW, { token: before });
  same('the one before ends the session', twice.data.accountTokenRefresh.userErrors.map(({ code }) => code), ['TOKEN_INVALID']);
  const after = await ask(VIEWER);
  same('whoever is out stays out', after.errors?.map(({ extensions }) => extensions.code), ['UNAUTHENTICATED']);
  same('and has no session any more', session, null);
});
