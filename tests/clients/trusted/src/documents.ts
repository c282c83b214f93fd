// What a storefront on Apollo Client or urql asks for. The manifest is made of this file.

import { gql } from '@apollo/client';

const PRICE = gql`
  fragment Price on MoneyV2 {
    amount
    currencyCode
  }
`;

export const CARD = gql`
  fragment Card on Product {
    id
    title
    priceRange {
      minVariantPrice {
        ...Price
      }
    }
  }
  ${PRICE}
`;

export const SHELF = gql`
  query Shelf($first: Int!) {
    products(first: $first, sortKey: PRICE) {
      edges {
        node {
          ...Card
        }
      }
    }
  }
  ${CARD}
`;

export const SIGN_IN = gql`
  mutation SignIn($email: String!, $password: String!) {
    accountSignIn(email: $email, password: $password) {
      tokens {
        accessToken
      }
      userErrors {
        code
      }
    }
  }
`;
