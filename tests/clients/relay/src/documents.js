// What a storefront on Relay asks for. relay-compiler reads this file; nobody runs it.

graphql`
  query StorefrontProductsQuery($count: Int!) @inContext(country: KW) {
    ...StorefrontProducts_query @arguments(count: $count)
  }
`;

// What is refetched is another operation, and knows no variable of the first: the country is named for it anew.
graphql`
  fragment StorefrontProducts_query on QueryRoot
  @refetchable(queryName: "StorefrontProductsPageQuery", directives: ["@inContext(country: KW)"])
  @argumentDefinitions(count: { type: "Int!" }, cursor: { type: "String" }) {
    products(first: $count, after: $cursor, sortKey: PRICE) @connection(key: "StorefrontProducts_products") {
      edges {
        node {
          id
          ...StorefrontCard_product
        }
      }
    }
  }
`;

graphql`
  fragment StorefrontCard_product on Product {
    handle
    title
    priceRange {
      minVariantPrice {
        amount
        currencyCode
      }
    }
  }
`;

// A list below an object: its next page is found through `node`.
graphql`
  query StorefrontVendorQuery($handle: String!, $count: Int!) {
    vendor(handle: $handle) {
      ...StorefrontVendor_vendor @arguments(count: $count)
    }
  }
`;

graphql`
  fragment StorefrontVendor_vendor on Vendor
  @refetchable(queryName: "StorefrontVendorPageQuery")
  @argumentDefinitions(count: { type: "Int!" }, cursor: { type: "String" }) {
    name
    products(first: $count, after: $cursor) @connection(key: "StorefrontVendor_products") {
      edges {
        node {
          id
          title
        }
      }
    }
  }
`;

// A list of whoever is signed in: its next page is found through `viewer`.
graphql`
  query StorefrontOrdersQuery($count: Int!) {
    viewer {
      displayName
      ...StorefrontOrders_viewer @arguments(count: $count)
    }
  }
`;

graphql`
  fragment StorefrontOrders_viewer on Viewer
  @refetchable(queryName: "StorefrontOrdersPageQuery")
  @argumentDefinitions(count: { type: "Int!" }, cursor: { type: "String" }) {
    orders(first: $count, after: $cursor) @connection(key: "StorefrontOrders_orders") {
      edges {
        node {
          id
          name
          totalPrice {
            amount
          }
        }
      }
    }
  }
`;

// Backwards, from the end of the list.
graphql`
  query StorefrontVendorsQuery($count: Int!) {
    ...StorefrontVendors_query @arguments(count: $count)
  }
`;

graphql`
  fragment StorefrontVendors_query on QueryRoot
  @refetchable(queryName: "StorefrontVendorsPageQuery")
  @argumentDefinitions(count: { type: "Int!" }, cursor: { type: "String" }) {
    vendors(last: $count, before: $cursor) @connection(key: "StorefrontVendors_vendors") {
      edges {
        node {
          id
          handle
        }
      }
    }
  }
`;

// One object anew, by its id alone.
graphql`
  fragment StorefrontStock_product on Product @refetchable(queryName: "StorefrontStockQuery") {
    availableForSale
  }
`;

graphql`
  query StorefrontProductQuery($handle: String!) {
    product(handle: $handle) {
      id
      title
      ...StorefrontStock_product
    }
  }
`;

graphql`
  mutation StorefrontCartMutation($input: CartInput!) {
    cartCreate(input: $input) {
      cart {
        id
        totalQuantity
        note
      }
      userErrors {
        code
        field
        message
      }
    }
  }
`;

graphql`
  mutation StorefrontCartNoteMutation($cart: ID!, $note: String!) {
    cartNoteUpdate(cartId: $cart, note: $note) {
      cart {
        id
        note
      }
      userErrors {
        code
      }
    }
  }
`;

graphql`
  subscription StorefrontCartSubscription($cart: ID!, $after: String) {
    cartUpdated(cartId: $cart, after: $after) {
      cursor
      kind
      cart {
        id
        totalQuantity
        note
      }
    }
  }
`;
