// A storefront in strict TypeScript over what graphql-codegen made of its documents. `execute` sends an operation by what the
// manifest calls it; `same` is told what was looked at.

import { useFragment } from './gql/fragment-masking.js';
import { graphql } from './gql/gql.js';
import {
  AcceptToDeliverDocument,
  AddToCartDocument,
  ArabicInKuwaitDocument,
  CreateCartDocument,
  CurrencyCode,
  EditCartItemsDocument,
  GetCartDocument,
  GoodsFragmentDoc,
  ManyProductsDocument,
  OneProductDocument,
  PictureFragmentDoc,
  ProductSortKeys,
  ShownFragmentDoc,
  SignInDocument,
  SteppedFragmentDoc,
  SumFragmentDoc,
  type TypedDocumentString,
} from './gql/graphql.js';

/** What was answered, or why not. */
export interface Answer<Data> {
  data?: Data | null;
  errors?: { message: string; extensions: { code: string } }[];
}

export type Execute = <Data, Variables>(
  document: TypedDocumentString<Data, Variables>,
  variables: Variables,
  token?: string,
) => Promise<Answer<Data>>;

type Same = (what: string, is: unknown, due: unknown) => void;

/** A document that stands beside the code that uses it. */
const Stock = graphql(`
  query StorefrontStock($ids: [ID!]!) {
    nodes(ids: $ids) {
      __typename
      ... on Product {
        title
        availableForSale
      }
    }
  }
`);

export async function story(execute: Execute, same: Same): Promise<void> {
  const id = await look(execute, same);
  await search(execute, same);
  await fill(id, execute, same);
  await refuse(execute, same);
}

async function look(execute: Execute, same: Same): Promise<string> {
  const { data } = await execute(OneProductDocument, { name: 'morning-person-mug' });
  const product = useFragment(GoodsFragmentDoc, data?.product);
  if (!product) throw new Error('there is no mug');
  const picture = useFragment(PictureFragmentDoc, product.featuredImage);
  const price = useFragment(SumFragmentDoc, product.priceRange.minVariantPrice);
  same('a product comes with its types', [product.title, picture?.url.includes('/media/')], ['Morning Person Mug', true]);
  same('an amount is a text', [typeof price.amount, price.currencyCode], ['string', CurrencyCode.Usd]);
  // @ts-expect-error: the fragment does not ask for it.
  same('what was not asked for is not there', product.vendor, undefined);

  const [found, none] = (await execute(Stock, { ids: [product.id, 'gid://lilium/Product/019a7eb4-0000-7000-8000-000000000000'] })).data?.nodes ?? [];
  same('a node is told apart by its type', found?.__typename === 'Product' && found.availableForSale, true);
  same('what is not there is null', none, null);
  const variant = product.variants.edges[0]?.node.id;
  if (!variant) throw new Error('there is no variant');
  return variant;
}

async function search(execute: Execute, same: Same): Promise<void> {
  const order = ProductSortKeys.Price;
  const { data } = await execute(ManyProductsDocument, { order, backwards: true, words: null });
  same('a list is as long as its document says', data?.products.edges.length, 100);
  // @ts-expect-error: an order that the schema does not have.
  const wrong = await execute(ManyProductsDocument, { order: 'CHEAPEST' });
  same('the server refuses what the types refuse', wrong.errors?.map(({ extensions }) => extensions.code), ['GRAPHQL_VALIDATION_FAILED']);
  const kuwait = (await execute(ArabicInKuwaitDocument, {})).data;
  const currencies = kuwait?.products.nodes.map(({ priceRange }) => priceRange.minVariantPrice.currencyCode);
  same('the context of a document is kept', new Set(currencies), new Set([CurrencyCode.Kwd]));
}

async function fill(merchandiseId: string, execute: Execute, same: Same): Promise<void> {
  const begun = (await execute(CreateCartDocument, { lineItems: [] })).data?.cartCreate?.cart;
  const cartId = useFragment(ShownFragmentDoc, begun)?.id;
  if (!cartId) throw new Error('no cart was begun');
  const added = (await execute(AddToCartDocument, { cartId, lines: [{ merchandiseId }] })).data?.cartLinesAdd?.cart;
  const line = useFragment(ShownFragmentDoc, added)?.lines.edges[0]?.node;
  if (!line) throw new Error('nothing was put in');
  await execute(EditCartItemsDocument, { cartId, lines: [{ id: line.id, merchandiseId, quantity: 3 }] });
  const { data } = await execute(GetCartDocument, { cartId });
  const cart = useFragment(ShownFragmentDoc, data?.cart);
  same('a cart is begun, filled and changed', [cart?.totalQuantity, cart?.lines.edges.length], [3, 1]);
}

async function refuse(execute: Execute, same: Same): Promise<void> {
  const { data } = await execute(SignInDocument, { password: 'wrong' });
  same('a mistake of a person is data', data?.accountSignIn?.userErrors.map(({ code }) => code), ['UNIDENTIFIED_CUSTOMER']);
  const tokens = (await execute(SignInDocument, {})).data?.accountSignIn?.tokens;
  same('the right words sign in', typeof tokens?.accessToken, 'string');
  const none = { part: 'gid://lilium/VendorOrder/019a7eb4-0000-7000-8000-000000000000' };
  const step = await execute(AcceptToDeliverDocument, none, tokens?.accessToken);
  const { userErrors } = useFragment(SteppedFragmentDoc, step.data?.accept) ?? {};
  same('a step of what is not there is refused', userErrors?.map(({ code }) => code), ['NOT_FOUND']);
  const nobody = await execute(AcceptToDeliverDocument, none);
  same('a mistake of a program is an error', nobody.errors?.[0]?.extensions.code, 'UNAUTHENTICATED');
}
