// Whether the schema is what Relay expects of a server: node relay/connections.mjs <schema.graphql>
//
// relay-compiler looks only at what a document uses; here is looked at every list and every object.

import { readFileSync } from 'node:fs';
import process from 'node:process';
import { buildSchema, isInterfaceType, isListType, isNonNullType, isObjectType, isUnionType } from 'graphql';
import { same } from '../checks.mjs';

const schema = buildSchema(readFileSync(process.argv[2], 'utf8'));
const types = Object.values(schema.getTypeMap());
const shaped = types.filter((type) => (isObjectType(type) || isInterfaceType(type)) && !type.name.startsWith('__'));
const typeOf = (type, field) => String(type.getFields()[field]?.type);
const bare = (type) => (isNonNullType(type) || isListType(type) ? bare(type.ofType) : type);

const node = schema.getQueryType().getFields().node;
same('node finds an object by its id', [String(node.type), node.args.map(({ name, type }) => `${name}: ${type}`)], ['Node', ['id: ID!']]);
same('Node is an interface with an id', [isInterfaceType(schema.getType('Node')), typeOf(schema.getType('Node'), 'id')], [true, 'ID!']);
const info = Object.values(schema.getType('PageInfo').getFields()).map(({ name, type }) => `${name}: ${type}`);
const due = ['endCursor: String', 'hasNextPage: Boolean!', 'hasPreviousPage: Boolean!', 'startCursor: String'];
same('PageInfo has what Relay asks for', info.toSorted(), due);

const connections = shaped.filter(({ name }) => name.endsWith('Connection'));
same('there are connections', connections.length >= 10, true);
same('each connection has pages of edges', connections.filter((type) => !isConnection(type)).map(String), []);
same('each list takes first, after, last, before', lists().filter(([, field]) => !isPaged(field)).map(([name]) => name), []);

/** Its edges have a cursor and an object. */
function isConnection(type) {
  const edge = bare(type.getFields().edges?.type);
  const item = bare(edge?.getFields().node?.type);
  return [
    typeOf(type, 'pageInfo') === 'PageInfo!',
    typeOf(type, 'edges') === `[${edge}!]!`,
    String(edge) === String(type).replace(/Connection$/, 'Edge'),
    typeOf(edge, 'cursor') === 'String!',
    isObjectType(item) || isInterfaceType(item) || isUnionType(item),
  ].every(Boolean);
}

/** Each field that answers a connection. */
function lists() {
  const all = shaped.flatMap((type) => Object.values(type.getFields()).map((field) => [`${type}.${field.name}`, field]));
  return all.filter(([, field]) => connections.includes(bare(field.type)));
}

function isPaged({ args }) {
  const takes = Object.fromEntries(args.map(({ name, type }) => [name, String(type)]));
  return takes.first === 'Int' && takes.last === 'Int' && takes.after === 'String' && takes.before === 'String';
}
