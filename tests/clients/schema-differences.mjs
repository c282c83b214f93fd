// How two schemas differ where they share types. Both are introspection results (`__schema`).
//
// Every field, argument, input field, enum value, interface and union member of ours must be in theirs, with the same
// type, the same default value, and deprecated where it is deprecated there. A member that is ours alone must be among
// the additions: `Product.soldBy`, `Product.images(motif:)`, `Product implements Rated`, `SearchResultItem = Vendor`.
// An addition that is not ours alone is stale, and a difference too. What only they have is counted.
// The root types may have other names; their members are called by the names that the roots have there.

import { Kind, parseValue, print } from 'graphql';

/** Sentences that tell the differences, and counts of what was compared. */
export function differences(ours, theirs, additions) {
  const comparison = new Comparison(additions);
  const theirTypes = byName(theirs.types);
  const roots = rootNames(ours, theirs);
  for (const type of ours.types) {
    if (type.name.startsWith('__')) continue;
    const counterpart = theirTypes.get(roots.get(type.name) ?? type.name);
    if (counterpart) comparison.types(type, counterpart);
    else comparison.counts.ownTypes += 1;
  }
  comparison.directives(ours.directives, theirs.directives);
  comparison.staleAdditions();
  return { faults: comparison.faults, counts: comparison.counts };
}

class Comparison {
  faults = [];
  counts = { types: 0, members: 0, added: 0, ownTypes: 0, missing: 0 };

  constructor(additions) {
    this.additions = new Set(additions);
    this.unused = new Set(additions);
  }

  types(ours, theirs) {
    const name = theirs.name;
    this.counts.types += 1;
    this.same(name, 'kind', ours.kind, theirs.kind);
    const member = (it) => `${name}.${it}`;
    this.members(member, ours.fields, theirs.fields, (a, b) => this.field(name, a, b));
    this.members(member, ours.inputFields, theirs.inputFields, (a, b) => this.value(member(a.name), a, b));
    this.members(member, ours.enumValues, theirs.enumValues, (a, b) => this.deprecation(member(a.name), a, b));
    this.members((it) => `${name} implements ${it}`, ours.interfaces, theirs.interfaces);
    if (ours.kind === 'UNION') this.members((it) => `${name} = ${it}`, ours.possibleTypes, theirs.possibleTypes);
  }

  field(typeName, ours, theirs) {
    const name = `${typeName}.${ours.name}`;
    this.value(name, ours, theirs);
    this.members((it) => `${name}(${it}:)`, ours.args, theirs.args, (a, b) => this.value(`${name}(${a.name}:)`, a, b));
  }

  /** Directives of ours that they do not have are our own affair. */
  directives(ours, theirs) {
    const counterparts = byName(theirs);
    for (const directive of ours) {
      const counterpart = counterparts.get(directive.name);
      if (!counterpart) continue;
      const argument = (it) => `@${directive.name}(${it}:)`;
      this.members(argument, directive.args, counterpart.args, (a, b) => this.value(argument(a.name), a, b));
    }
  }

  /** Compares the members of one list that both have; `called` gives a member its full name. */
  members(called, ours, theirs, compare = () => {}) {
    const counterparts = byName(theirs);
    for (const member of ours ?? []) {
      const counterpart = counterparts.get(member.name);
      if (counterpart) {
        this.counts.members += 1;
        compare(member, counterpart);
      } else {
        this.addition(called(member.name));
      }
    }
    const own = byName(ours);
    this.counts.missing += (theirs ?? []).filter((it) => !own.has(it.name)).length;
  }

  addition(name) {
    if (this.additions.has(name)) {
      this.counts.added += 1;
      this.unused.delete(name);
    } else {
      this.faults.push(`${name}: not there, and not among the additions`);
    }
  }

  /** A field or an input value: its type, default value and deprecation. */
  value(name, ours, theirs) {
    this.same(name, 'type', typeText(ours.type), typeText(theirs.type));
    this.same(name, 'default value', valueText(ours.defaultValue), valueText(theirs.defaultValue));
    this.deprecation(name, ours, theirs);
  }

  deprecation(name, ours, theirs) {
    this.same(name, 'deprecated', Boolean(ours.isDeprecated), Boolean(theirs.isDeprecated));
  }

  same(name, aspect, ours, theirs) {
    if (ours !== theirs) this.faults.push(`${name}: ${aspect} is ${ours} here, ${theirs} there`);
  }

  staleAdditions() {
    for (const name of this.unused) this.faults.push(`${name}: among the additions, but not served or there as well`);
  }
}

function byName(members) {
  return new Map((members ?? []).map((member) => [member.name, member]));
}

/** What each of our root types is called there. */
function rootNames(ours, theirs) {
  const roots = ['queryType', 'mutationType', 'subscriptionType'];
  return new Map(roots.filter((it) => ours[it] && theirs[it]).map((it) => [ours[it].name, theirs[it].name]));
}

/** `[Product!]!` */
function typeText(type) {
  if (type.kind === 'NON_NULL') return `${typeText(type.ofType)}!`;
  if (type.kind === 'LIST') return `[${typeText(type.ofType)}]`;
  return type.name;
}

/** The value in one spelling, whatever its spaces and commas were; 0 and 0.0 are one number. */
function valueText(value) {
  if (value === null || value === undefined) return 'none';
  const parsed = parseValue(value);
  return parsed.kind === Kind.FLOAT ? String(Number(parsed.value)) : print(parsed);
}
