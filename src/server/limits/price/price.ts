// Computes the price of an operation from the records that it may return and the rows that the database examines. The price
// depends only on the document and the variables, not on the data, so a query that was admitted once is always admitted.
import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isCompositeType,
  isInterfaceType,
  isListType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  type SelectionSetNode,
  valueFromASTUntyped,
} from 'graphql'
import { type Amount, at, fromArgument, isSelected, sum, times, type Variables } from './amount.ts'
import { priceOfConditions } from './conditions.ts'
import { priceOfConnection, type SelectedField } from './connection.ts'
import { sizeOf } from './page-size.ts'
import { keyOf, type MostExpensivePart, mostExpensivePartOf, type Part, part } from './part.ts'
import { FIELD, fieldWeights, LIST, LOOKUP, PER_EVENT, PLAIN_LIST, RECORD, REQUEST, WRITTEN } from './weights.ts'

/** The price of an operation, in points: whole numbers, or infinite if its filters nest too many quantifiers. */
export interface Price {
  total: number
  /**
   * The price of each event of a subscription without the arguments of its root field, so it depends only on the selection below
   * that field and its variables; 0 for other operations.
   */
  perEvent: number
  /** Computes and returns the most expensive part of the operation. */
  mostExpensive: () => MostExpensivePart
}

/** Compiles the price of an operation to a function of the request's variables, coerced or not. */
export function compilePrice(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
): (variables: Variables) => Price {
  const compile = () => new PriceCompiler(schema, document).operation(operation)
  const { amount, parts } = compile()
  const isSubscription = operation.operation === OperationTypeNode.SUBSCRIPTION
  // The inner parts of a root field do not contain its arguments.
  const selected = isSubscription ? sum(parts.flatMap((root) => root.parts.map((each) => each.amount))) : 0
  const defaults = defaultsOf(operation)
  const priceFor = (points: number, variables: Variables): Price => ({
    total: roundUp(REQUEST + points),
    perEvent: roundUp(at(selected, variables)),
    mostExpensive: () => mostExpensivePartOf(compile(), { ...defaults, ...variables }),
  })
  if (typeof amount === 'number') {
    const price = priceFor(amount, {})
    return () => price
  }
  if (Object.keys(defaults).length === 0) return (variables) => priceFor(amount(variables), variables)
  return (variables) => priceFor(amount({ ...defaults, ...variables }), variables)
}

/** Rounds up, but ignores floating-point errors: 47.00000000000001 points are 47. */
const roundUp = (points: number): number => Math.ceil(Math.round(points * 1000) / 1000)

function defaultsOf({ variableDefinitions = [] }: OperationDefinitionNode): Record<string, unknown> {
  const defaults: Record<string, unknown> = {}
  for (const { variable, defaultValue } of variableDefinitions)
    if (defaultValue) defaults[variable.name.value] = valueFromASTUntyped(defaultValue)
  return defaults
}

class PriceCompiler {
  private readonly schema: GraphQLSchema
  private readonly fragments = new Map<string, FragmentDefinitionNode>()

  constructor(schema: GraphQLSchema, document: DocumentNode) {
    this.schema = schema
    for (const definition of document.definitions)
      if (definition.kind === Kind.FRAGMENT_DEFINITION) this.fragments.set(definition.name.value, definition)
  }

  operation({ operation, selectionSet }: OperationDefinitionNode): Part {
    const root = this.schema.getRootType(operation)
    return part('', { parts: root ? this.parts(selectionSet, root) : [] })
  }

  /** Returns the parts of a selection set for one record. */
  parts(set: SelectionSetNode, type: GraphQLNamedType): Part[] {
    return this.selected(set, type).flatMap((each) => this.field(each) ?? [])
  }

  /** Returns the fields of a selection set and its fragments. */
  selected({ selections }: SelectionSetNode, type: GraphQLNamedType, around: Amount = 1): SelectedField[] {
    return selections.flatMap((selection) => {
      const when = times(isSelected(selection), around)
      if (selection.kind === Kind.FIELD) return [{ node: selection, type, when }]
      const fragment = selection.kind === Kind.FRAGMENT_SPREAD ? this.fragments.get(selection.name.value) : selection
      const condition = fragment?.typeCondition?.name.value
      const inner = condition ? this.schema.getType(condition) : type
      return fragment && inner ? this.selected(fragment.selectionSet, inner, when) : []
    })
  }

  private field(selected: SelectedField): Part | undefined {
    const { node, type, when } = selected
    const field = isObjectType(type) || isInterfaceType(type) ? type.getFields()[node.name.value] : undefined
    if (!field) return undefined
    const inside = this.fieldItself(selected, field)
    return when === 1 ? inside : { ...inside, amount: times(when, inside.amount), factor: times(when, inside.factor) }
  }

  private fieldItself({ node, type }: SelectedField, field: GraphQLField<unknown, unknown>): Part {
    const { selectionSet } = node
    const key = keyOf(node)
    const returned = getNamedType(field.type)
    const own = fieldWeights[`${type.name}.${field.name}`] ?? 0
    if (!isCompositeType(returned) || !selectionSet)
      return part(key, { own: own + (node.arguments?.length ? LOOKUP : FIELD) })
    const isRoot = type === this.schema.getQueryType()
    if (isConnection(returned))
      return priceOfConnection(this, { node: { ...node, selectionSet }, field, key, isRoot, own })
    const parts = this.parts(selectionSet, returned)
    if (type === this.schema.getMutationType()) return part(key, { own: writtenBy(node, field), parts })
    const conditions = priceOfConditions(node, field.args.find(({ name }) => name === 'where')?.type)
    if (type === this.schema.getSubscriptionType()) return part(key, { own: times(PER_EVENT, conditions), parts })
    if (isListType(getNullableType(field.type))) {
      const size = sizeOf(node, field, PLAIN_LIST)
      return part(key, { own: sum([own, conditions, LIST, times(size, RECORD)]), factor: size, parts })
    }
    // The records of edges are already charged with the connection's page.
    const record = isNode(returned) && !isEdge(type) ? RECORD : 0
    return part(key, { own: sum([own, conditions, record]), parts })
  }
}

const isConnection = (type: GraphQLNamedType): boolean => isObjectType(type) && 'pageInfo' in type.getFields()

function isNode(type: GraphQLNamedType): boolean {
  if (!isObjectType(type) && !isInterfaceType(type)) return false
  return type.name === 'Node' || type.getInterfaces().some(({ name }) => name === 'Node')
}

const isEdge = (type: GraphQLNamedType): boolean =>
  isObjectType(type) && 'node' in type.getFields() && 'cursor' in type.getFields()

/** Returns the price of the records that a field of Mutation writes. */
function writtenBy(node: FieldNode, { args }: GraphQLField<unknown, unknown>): Amount {
  const input = args.find(({ name }) => name === 'input')
  if (!input || !isListType(getNullableType(input.type))) return WRITTEN
  return fromArgument(node, 'input', (value) => WRITTEN * (Array.isArray(value) ? value.length : 1))
}
