// What a document costs: the nodes that it could return. Worked out once for each operation as far as it depends on the
// document; then only variables change it.
import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLError,
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
  type SelectionNode,
  type SelectionSetNode,
  valueFromASTUntyped,
} from 'graphql'
import { excess, inWords } from './limits.ts'

export type Variables = Readonly<Record<string, unknown>>

/** A number, or one that variables change. */
type Amount = number | ((variables: Variables) => number)

/** The size of a connection's page where none is asked for, at the root and nested. */
const ROOT_PAGE = 20
const NESTED_PAGE = 10

/** What a plain list weighs that says no `first`: it gives up to 50, but holds what one record has few of. */
const PLAIN_LIST = 10

/** What it weighs to count all rows of a connection. */
const COUNT = 100

/** The fields of a connection for which all its rows are counted, and those that stand beside its rows. */
const counting = new Set(['totalCount', 'facets'])
const beside = new Set(['pageInfo', 'facets'])

/** What each record weighs that one mutation writes of many. */
const WRITTEN = 10

/** What every operation costs, in points. */
export const BASE_PRICE = 1

/** The refusal of an operation whose price is too high. */
export function refusePrice(requested: number, allowed: number): GraphQLError {
  const message = `This operation costs ${inWords(requested)} points, ${inWords(requested - allowed)} more than the ${inWords(allowed)} allowed: ask for smaller pages, or for less of each record.`
  return excess(message, { limit: 'cost', allowed, requested })
}

/** What one operation of a document could return, by its variables. */
export function compileCost(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
): (variables: Variables) => number {
  const root = schema.getRootType(operation.operation)
  const amount = root ? new CostCompiler(schema, document).selections(operation.selectionSet, root, true) : 0
  if (typeof amount === 'number') return () => amount
  const defaults: Record<string, unknown> = {}
  for (const { variable, defaultValue } of operation.variableDefinitions ?? [])
    if (defaultValue) defaults[variable.name.value] = valueFromASTUntyped(defaultValue)
  return (variables) => amount({ ...defaults, ...variables })
}

class CostCompiler {
  private readonly schema: GraphQLSchema
  private readonly fragments = new Map<string, FragmentDefinitionNode>()
  private readonly known = new Map<string, Amount>()

  constructor(schema: GraphQLSchema, document: DocumentNode) {
    this.schema = schema
    for (const definition of document.definitions)
      if (definition.kind === Kind.FRAGMENT_DEFINITION) this.fragments.set(definition.name.value, definition)
  }

  selections({ selections }: SelectionSetNode, type: GraphQLNamedType, isRoot = false): Amount {
    return sum(selections.map((each) => onlyIf(each, this.selection(each, type, isRoot))))
  }

  private selection(selection: SelectionNode, type: GraphQLNamedType, isRoot: boolean): Amount {
    if (selection.kind === Kind.FIELD) return this.field(selection, type, isRoot)
    if (selection.kind === Kind.FRAGMENT_SPREAD) return this.fragment(selection.name.value, isRoot)
    const { typeCondition, selectionSet } = selection
    const inner = typeCondition ? this.schema.getType(typeCondition.name.value) : type
    return inner ? this.selections(selectionSet, inner, isRoot) : 0
  }

  private fragment(name: string, isRoot: boolean): Amount {
    const known = this.known.get(name)
    if (known !== undefined) return known
    const fragment = this.fragments.get(name)
    const type = fragment && this.schema.getType(fragment.typeCondition.name.value)
    const amount = type ? this.selections(fragment.selectionSet, type, isRoot) : 0
    this.known.set(name, amount)
    return amount
  }

  private field(node: FieldNode, type: GraphQLNamedType, isRoot: boolean): Amount {
    const field = isObjectType(type) || isInterfaceType(type) ? type.getFields()[node.name.value] : undefined
    const returned = field && getNamedType(field.type)
    if (!field || !isCompositeType(returned) || !node.selectionSet) return 0
    const inner = this.selections(node.selectionSet, returned)
    if (isConnection(returned)) {
      const rows = times(sizeOf(node, field, isRoot ? ROOT_PAGE : NESTED_PAGE), inner)
      return sum([rows, COUNT * this.countsIn(node.selectionSet)])
    }
    if (isRoot && takesList(field)) return sum([inner, times(sizeOf(node, field, 0), WRITTEN)])
    // A connection has multiplied what its rows hold.
    if (isConnection(type)) return beside.has(field.name) ? 0 : field.name === 'edges' ? inner : sum([1, inner])
    if (isListType(getNullableType(field.type))) return times(sizeOf(node, field, PLAIN_LIST), sum([1, inner]))
    return this.isNode(returned) ? sum([1, inner]) : inner
  }

  /** How often all rows are counted: in all, or by what they have in common. */
  private countsIn({ selections }: SelectionSetNode): number {
    return selections.reduce((counts, each) => {
      if (each.kind === Kind.FIELD) return counts + (counting.has(each.name.value) ? 1 : 0)
      const inner = each.kind === Kind.INLINE_FRAGMENT ? each : this.fragments.get(each.name.value)
      return inner ? counts + this.countsIn(inner.selectionSet) : counts
    }, 0)
  }

  private isNode(type: GraphQLNamedType): boolean {
    if (!isObjectType(type) && !isInterfaceType(type)) return false
    return type.name === 'Node' || type.getInterfaces().some(({ name }) => name === 'Node')
  }
}

const isConnection = (type: GraphQLNamedType): boolean => isObjectType(type) && 'pageInfo' in type.getFields()

/** Whether a mutation writes many records. */
const takesList = ({ args }: GraphQLField<unknown, unknown>): boolean =>
  args.some(({ name, type }) => name === 'input' && isListType(getNullableType(type)))

/** How many a list gives: what is asked for by `first` or `last`, or as many as there are ids, or records to write. */
function sizeOf(node: FieldNode, { args }: GraphQLField<unknown, unknown>, usual: number): Amount {
  const long = args.find(({ name }) => name === 'ids' || name === 'input')
  const names = long ? [long.name] : ['last', 'first']
  const given = (node.arguments ?? []).filter(({ name }) => names.includes(name.value)).map(({ value }) => value)
  const size = (variables: Variables) => {
    for (const each of given) {
      const value = valueFromASTUntyped(each, variables)
      if (Array.isArray(value)) return value.length
      // What is no size is refused where it is read.
      if (typeof value === 'number') return value > 0 && value < 2 ** 31 && Number.isInteger(value) ? value : 0
    }
    return usual
  }
  return given.some(({ kind }) => kind === Kind.VARIABLE) ? size : size({})
}

/** Nothing where `@skip` or `@include` leaves the selection out. */
function onlyIf({ directives = [] }: SelectionNode, amount: Amount): Amount {
  return directives.reduce<Amount>((sum, { name, arguments: given = [] }) => {
    const condition = given.find((argument) => argument.name.value === 'if')?.value
    if (!condition || sum === 0 || (name.value !== 'skip' && name.value !== 'include')) return sum
    const leftOut = name.value === 'skip'
    if (condition.kind === Kind.BOOLEAN) return condition.value === leftOut ? 0 : sum
    if (condition.kind !== Kind.VARIABLE) return sum
    return (variables) => (variables[condition.name.value] === leftOut ? 0 : at(sum, variables))
  }, amount)
}

const at = (amount: Amount, variables: Variables): number => (typeof amount === 'number' ? amount : amount(variables))

function sum(amounts: readonly Amount[]): Amount {
  const fixed = amounts.reduce<number>((total, each) => total + (typeof each === 'number' ? each : 0), 0)
  const varying = amounts.filter((each) => typeof each === 'function')
  if (varying.length === 0) return fixed
  return (variables) => varying.reduce((total, each) => total + each(variables), fixed)
}

function times(left: Amount, right: Amount): Amount {
  if (left === 0 || right === 0) return 0
  if (typeof left === 'number' && typeof right === 'number') return left * right
  return (variables) => at(left, variables) * at(right, variables)
}
