// Computes the price of the conditions in a `where` argument: the rows that the database examines for a filter.
import {
  type FieldNode,
  type GraphQLInputObjectType,
  type GraphQLInputType,
  getNamedType,
  isInputObjectType,
  Kind,
  type ValueNode,
} from 'graphql'
import { type Amount, argumentOf, map, sum } from './amount.ts'
import { CONDITION, ITEM, MAX_QUANTIFIERS, OR, quantifiers, TEXT_SCAN, TO_ONE } from './weights.ts'

/** The price of conditions that nest more quantifiers than allowed: more than any limit. */
const TOO_DEEP = Number.POSITIVE_INFINITY

/** How a field of an input type is priced. */
interface PriceRule {
  /** The type of the conditions inside; undefined for a comparison such as `eq`, whose value is data. */
  inside?: GraphQLInputObjectType
  /** The price of a comparison, or the factor for the price of the conditions inside. */
  factor: number
  /** The minimum price of the conditions inside, before it is multiplied. */
  minimum: number
  isQuantifier: boolean
}

/**
 * Returns the price of the `where` argument of a field, in points for a root list: 0 if it contains no condition, infinite if it
 * nests too many quantifiers. Values that do not fit the type have no price, because validation refuses them.
 */
export function priceOfConditions(node: FieldNode, where: GraphQLInputType | undefined): Amount {
  const value = argumentOf(node, 'where')
  const type = where && getNamedType(where)
  if (!value || !isInputObjectType(type)) return 0
  return priceOfChildNode({ inside: type, factor: 1, minimum: 0, isQuantifier: false }, value, 0)
}

/** Returns the price of an AST node. Literals are priced once; the values of variables are priced for each request. */
function priceOfChildNode(rule: PriceRule, value: ValueNode, depth: number): Amount {
  if (value.kind === Kind.NULL) return 0
  if (value.kind === Kind.VARIABLE) return (variables) => priceOfChild(rule, variables[value.name.value], depth)
  const { inside, factor, minimum } = rule
  if (!inside) return factor + (value.kind === Kind.LIST ? ITEM * value.values.length : 0)
  const inner = depthInside(rule, depth)
  if (inner > MAX_QUANTIFIERS) return TOO_DEEP
  return map(priceOfNode(value, inside, inner), (points) => factor * Math.max(minimum, points))
}

function priceOfNode(value: ValueNode, type: GraphQLInputObjectType, depth: number): Amount {
  if (value.kind === Kind.LIST) return sum(value.values.map((each) => priceOfItemNode(each, type, depth)))
  if (value.kind !== Kind.OBJECT) return 0
  const rules = rulesOf(type)
  return sum(
    value.fields.map((field) => {
      const rule = rules.get(field.name.value)
      return rule ? priceOfChildNode(rule, field.value, depth) : 0
    }),
  )
}

const priceOfItemNode = (value: ValueNode, type: GraphQLInputObjectType, depth: number): Amount =>
  value.kind === Kind.VARIABLE
    ? (variables) => priceOf(variables[value.name.value], type, depth)
    : priceOfNode(value, type, depth)

function priceOfChild(rule: PriceRule, value: unknown, depth: number): number {
  if (value === null || value === undefined) return 0
  const { inside, factor, minimum } = rule
  if (!inside) return factor + (Array.isArray(value) ? ITEM * value.length : 0)
  const inner = depthInside(rule, depth)
  if (inner > MAX_QUANTIFIERS) return TOO_DEEP
  return factor * Math.max(minimum, priceOf(value, inside, inner))
}

function priceOf(value: unknown, type: GraphQLInputObjectType, depth: number): number {
  if (typeof value !== 'object' || value === null) return 0
  let points = 0
  if (Array.isArray(value)) {
    for (const each of value) points += priceOf(each, type, depth)
    return points
  }
  const rules = rulesOf(type)
  for (const [key, inner] of Object.entries(value)) {
    const rule = rules.get(key)
    if (rule) points += priceOfChild(rule, inner, depth)
  }
  return points
}

const depthInside = ({ isQuantifier }: PriceRule, depth: number) => depth + (isQuantifier ? 1 : 0)

const textScans = new Set(['contains', 'startsWith'])

const known = new WeakMap<GraphQLInputObjectType, ReadonlyMap<string, PriceRule>>()

/**
 * Returns the rules of an input type's fields. A type with the field `every` is a quantifier; one with the field `and` is the
 * `where` of a list.
 */
function rulesOf(type: GraphQLInputObjectType): ReadonlyMap<string, PriceRule> {
  const rules =
    known.get(type) ??
    new Map(Object.values(type.getFields()).map(({ name, type: of }) => [name, ruleOf(type, name, of)]))
  known.set(type, rules)
  return rules
}

function ruleOf(type: GraphQLInputObjectType, name: string, of: GraphQLInputType): PriceRule {
  const fields = type.getFields()
  const inside = getNamedType(of)
  const plainRule = { minimum: 0, isQuantifier: false }
  if (!isInputObjectType(inside)) return { ...plainRule, factor: textScans.has(name) ? TEXT_SCAN : CONDITION }
  // A quantifier without conditions inside still tests whether a record exists.
  if ('every' in fields) return { inside, factor: quantifiers[name] ?? 1, minimum: CONDITION, isQuantifier: true }
  if (name === 'and' || name === 'not') return { ...plainRule, inside, factor: 1 }
  if (name === 'or') return { ...plainRule, inside, factor: OR }
  return { ...plainRule, inside, factor: 'and' in inside.getFields() ? TO_ONE : 1 }
}

/** Returns the path of the most expensive condition, such as "not.listings.every". Ends at its innermost quantifier, if any. */
export function mostExpensiveCondition(value: unknown, where: GraphQLInputType): string {
  const keys: string[] = []
  let quantified = 0
  let type: GraphQLInputType | undefined = getNamedType(where)
  let at = value
  let depth = 0
  while (isInputObjectType(type) && typeof at === 'object' && at !== null) {
    const [key, rule, inner] = mostExpensiveChild(at, type, depth)
    if (key === undefined || !rule) break
    keys.push(key)
    depth = depthInside(rule, depth)
    if (rule.isQuantifier) quantified = keys.length
    if (depth > MAX_QUANTIFIERS) break
    at = inner
    type = rule.inside
  }
  return keys.slice(0, quantified || keys.length).join('.')
}

/** A field or list item of a filter; empty if no child has a price. */
type Child = [key: string, rule: PriceRule, value: unknown] | []

function mostExpensiveChild(value: object, type: GraphQLInputObjectType, depth: number): Child {
  const item: PriceRule = { inside: type, factor: 1, minimum: 0, isQuantifier: false }
  const rules = rulesOf(type)
  let mostExpensive: Child = []
  let highest = 0
  for (const [key, inner] of Object.entries(value)) {
    const rule = Array.isArray(value) ? item : rules.get(key)
    const points = rule ? priceOfChild(rule, inner, depth) : 0
    if (!rule || points <= highest) continue
    mostExpensive = [key, rule, inner]
    highest = points
  }
  return mostExpensive
}
