// What the clients of this folder ask for.

export const PRODUCTS = `query Shelf($first: Int!, $after: String) {
  products(first: $first, after: $after, sortKey: PRICE) {
    edges { cursor node { id title } }
    pageInfo { hasNextPage endCursor hasPreviousPage startCursor }
  }
}`;

/** One part is for everybody, and one is not: the answer has data and an error. */
export const PARTLY = `query Partly($vendorId: ID!) {
  shop { name }
  vendorDesk(vendorId: $vendorId) { vendor { name } }
}`;

export const WRONG = 'query Wrong { shop { nome } }';

export const SIGN_IN = `mutation SignIn($password: String!) {
  accountSignIn(email: "ada@example.com", password: $password) {
    tokens { accessToken }
    userErrors { code field message }
  }
}`;

export const VIEWER = 'query Me { viewer { id email } }';
