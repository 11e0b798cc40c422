// Checks the size of a document before it is validated, because validation of hostile documents takes long. Each fragment is
// measured once, even if it is spread often.
import {
  type DocumentNode,
  type FragmentDefinitionNode,
  GraphQLError,
  Kind,
  type OperationDefinitionNode,
  type ParseOptions,
  parse,
  type SelectionNode,
  type SelectionSetNode,
  type Source,
  type ValueNode,
  visit,
} from 'graphql'
import { formatCount, type Limits, limitError } from './limits.ts'

/** The size of one selection set, after fragments are expanded. */
interface Measure {
  fields: number
  /** Fields below `__schema` and `__type`. They count neither as fields nor as levels. */
  introspection: number
  aliases: number
  /** Aliases below `__schema` and `__type`, and of them. */
  introspectionAliases: number
  directives: number
  depth: number
  /** How often each response name occurs at this level. */
  names: ReadonlyMap<string, number>
}

/** Fields that only wrap the rows of a list. They are not levels. */
const wrappers = new Set(['edges', 'node', 'nodes'])

const introspective = new Set(['__schema', '__type'])

/** The maximum number of introspection fields: four times the number in the full introspection query of clients. */
const MAX_INTROSPECTION = 1000

/**
 * The maximum number of aliases of introspection fields. They have no price, so that each alias of a long list would repeat the list for
 * nothing. Clients use none.
 */
const MAX_INTROSPECTION_ALIASES = 15

/** Parses a document. Throws a GraphQLError if it exceeds a limit. */
export function parseWithin(limits: Limits, source: string | Source, options?: ParseOptions): DocumentNode {
  const document = parseTokens(limits.tokens, source, options)
  checkDocument(document, limits)
  return document
}

function parseTokens(maxTokens: number, source: string | Source, options?: ParseOptions): DocumentNode {
  try {
    return parse(source, { ...options, maxTokens })
  } catch (error) {
    if (!(error instanceof GraphQLError && error.message.includes(`more that ${maxTokens} tokens`))) throw error
    const message = `A document may have at most ${formatCount(maxTokens)} tokens, but this one has more: split it into several.`
    throw limitError(message, { limit: 'tokens', allowed: maxTokens })
  }
}

/** Throws for the first limit that the document exceeds. */
function checkDocument(document: DocumentNode, limits: Limits): void {
  checkValues(document, limits)
  const measurer = new Measurer(document, limits)
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.OPERATION_DEFINITION && definition.kind !== Kind.FRAGMENT_DEFINITION) continue
    const size = measurer.measure(definition.selectionSet)
    const measure = isIntrospective(definition) ? { ...size, ...asIntrospection(size) } : size
    const variables = definition.kind === Kind.OPERATION_DEFINITION ? (definition.variableDefinitions ?? []) : []
    const own = [definition, ...variables].reduce((sum, { directives = [] }) => sum + directives.length, 0)
    const measured = { ...measure, directives: measure.directives + own }
    for (const limit of ['fields', 'aliases', 'directives', 'depth'] as const) check(limit, measured[limit], limits)
    if (measure.introspection > MAX_INTROSPECTION)
      refuse('introspection', 'introspection fields', measure.introspection, MAX_INTROSPECTION)
    if (measure.introspectionAliases > MAX_INTROSPECTION_ALIASES)
      refuse('aliases', 'aliases of introspection fields', measure.introspectionAliases, MAX_INTROSPECTION_ALIASES)
  }
}

/** Whether a definition is a fragment on an introspection type. Its fields count as introspection fields. */
const isIntrospective = (definition: OperationDefinitionNode | FragmentDefinitionNode): boolean =>
  definition.kind === Kind.FRAGMENT_DEFINITION && definition.typeCondition.name.value.startsWith('__')

const asIntrospection = ({ fields, aliases }: Measure) => ({
  fields: 0,
  depth: 0,
  introspection: fields,
  aliases: 0,
  introspectionAliases: aliases,
})

const labels = { fields: 'fields', aliases: 'aliases', directives: 'directives', depth: 'levels of fields' }

function check(limit: keyof typeof labels, requested: number, limits: Limits): void {
  if (requested > limits[limit]) refuse(limit, labels[limit], requested, limits[limit])
}

function refuse(limit: string, label: string, requested: number, allowed: number): never {
  const count = Number.isSafeInteger(requested) ? formatCount(requested) : 'far more'
  const message = `An operation may have at most ${formatCount(allowed)} ${label}, but this one has ${count}: select less in one operation.`
  throw limitError(message, { limit, allowed, requested })
}

/** Measures selection sets. Caches the sizes of fragments. */
class Measurer {
  private readonly limits: Limits
  private readonly fragments = new Map<string, FragmentDefinitionNode>()
  private readonly known = new Map<string, Measure>()

  constructor(document: DocumentNode, limits: Limits) {
    this.limits = limits
    for (const definition of document.definitions)
      if (definition.kind === Kind.FRAGMENT_DEFINITION) this.fragments.set(definition.name.value, definition)
  }

  measure({ selections }: SelectionSetNode): Measure {
    const sum = { fields: 0, introspection: 0, aliases: 0, introspectionAliases: 0, directives: 0, depth: 0 }
    const names = new Map<string, number>()
    for (const selection of selections) {
      const part = this.part(selection)
      sum.fields += part.fields
      sum.introspection += part.introspection
      sum.aliases += part.aliases
      sum.introspectionAliases += part.introspectionAliases
      sum.directives += part.directives + (selection.directives?.length ?? 0)
      sum.depth = Math.max(sum.depth, part.depth)
      for (const [name, times] of part.names) this.count(names, name, times)
    }
    return { ...sum, names }
  }

  private count(names: Map<string, number>, name: string, times: number): void {
    const sum = (names.get(name) ?? 0) + times
    const { repeats } = this.limits
    if (sum > repeats) {
      const message = `A field may occur at most ${formatCount(repeats)} times in one selection set, but ${name} occurs more often: select it once.`
      throw limitError(message, { limit: 'repeats', allowed: repeats, requested: sum })
    }
    names.set(name, sum)
  }

  private part(selection: SelectionNode): Measure {
    if (selection.kind === Kind.INLINE_FRAGMENT) return this.measure(selection.selectionSet)
    if (selection.kind === Kind.FRAGMENT_SPREAD) return this.fragment(selection.name.value)
    const { name, alias, selectionSet } = selection
    const inner = selectionSet ? this.measure(selectionSet) : nothing
    const aliases = inner.aliases + (alias ? 1 : 0)
    const names = new Map([[alias?.value ?? name.value, 1]])
    if (introspective.has(name.value)) {
      const introspection = inner.fields + inner.introspection + 1
      const introspectionAliases = aliases + inner.introspectionAliases
      return { ...nothing, introspection, introspectionAliases, directives: inner.directives, names }
    }
    const depth = inner.depth + (wrappers.has(name.value) ? 0 : 1)
    return { ...inner, fields: inner.fields + 1, aliases, depth, names }
  }

  private fragment(name: string): Measure {
    const known = this.known.get(name)
    if (known) return known
    const fragment = this.fragments.get(name)
    if (!fragment) return nothing
    // Stops at a fragment that contains itself. Validation refuses it.
    this.known.set(name, nothing)
    const measure = this.measure(fragment.selectionSet)
    this.known.set(name, measure)
    return measure
  }
}

const nothing: Measure = {
  fields: 0,
  introspection: 0,
  aliases: 0,
  introspectionAliases: 0,
  directives: 0,
  depth: 0,
  names: new Map(),
}

/** Throws if a literal in the document has a list that is too long or too many levels. */
function checkValues(document: DocumentNode, limits: Limits): void {
  let level = 0
  const enter = (node: ValueNode) => {
    if (node.kind === Kind.LIST) checkItems(node.values.length, limits)
    checkNesting(++level, limits)
  }
  const leave = () => void level--
  visit(document, { ListValue: { enter, leave }, ObjectValue: { enter, leave } })
}

/** Throws if variables contain a list that is too long or a value with too many levels. */
export function checkVariables(variables: unknown, limits: Limits): void {
  const checkValue = (value: unknown, level: number): void => {
    if (typeof value !== 'object' || value === null) return
    checkNesting(level, limits)
    if (Array.isArray(value)) checkItems(value.length, limits)
    for (const each of Object.values(value)) checkValue(each, level + 1)
  }
  checkValue(variables, 0)
}

function checkItems(requested: number, { items }: Limits): void {
  if (requested <= items) return
  const message = `A list in the input may have at most ${formatCount(items)} items, but this one has ${formatCount(requested)}: send it in parts.`
  throw limitError(message, { limit: 'items', allowed: items, requested }, 'BAD_USER_INPUT')
}

function checkNesting(level: number, { nesting }: Limits): void {
  if (level <= nesting) return
  const message = `A value in the input may have at most ${formatCount(nesting)} levels of lists and objects, but this one has more: send a flatter value.`
  throw limitError(message, { limit: 'nesting', allowed: nesting }, 'BAD_USER_INPUT')
}
