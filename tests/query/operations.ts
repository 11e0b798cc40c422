// Generates random operations, the same for the same seed: any selection, argument, fragment, variable and directive of
// the schema, with values that usually match something.
import {
  type GraphQLArgument,
  type GraphQLEnumType,
  type GraphQLField,
  type GraphQLInputObjectType,
  type GraphQLInputType,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  isRequiredArgument,
  isUnionType,
} from 'graphql'

/** Values that match records. */
export interface Known {
  /** Global ids by their type. */
  ids: Record<string, readonly string[]>
  texts: readonly string[]
  /** Cursors of any lists. More are added when answers contain them. */
  cursors: string[]
}

export interface GeneratedOperation {
  query: string
  variables: Record<string, unknown>
}

/** A literal that is printed without quotes, such as an enum value. */
class Bare {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

export function* operations(schema: GraphQLSchema, known: Known, seed: number): Generator<GeneratedOperation> {
  const chance = new Chance(seed)
  for (;;) yield new Writer(schema, known, chance).operation()
}

/** Returns subscriptions to `eventAdded` with random selections. */
export function* subscriptions(schema: GraphQLSchema, known: Known, seed: number): Generator<GeneratedOperation> {
  const chance = new Chance(seed)
  for (;;) yield new Writer(schema, known, chance).subscription()
}

/** Park and Miller's random number generator. */
class Chance {
  private state: number

  constructor(seed: number) {
    this.state = seed
  }

  below(n: number): number {
    this.state = (this.state * 48_271) % 2_147_483_647
    return this.state % n
  }

  oneIn(n: number): boolean {
    return this.below(n) === 0
  }

  of<T>(choices: readonly T[]): T {
    return choices[this.below(choices.length)] as T
  }
}

const DEEPEST = 5

/** Fields that are not generated: they have no SQL, or they require a key. */
const leftOut = ['mergeCandidates', 'viewer', 'writer']

class Writer {
  private readonly schema: GraphQLSchema
  private readonly known: Known
  private readonly chance: Chance
  private readonly variables: Record<string, unknown> = {}
  private readonly declarations: string[] = []
  private readonly fragments: string[] = []
  private names = 0
  /** The number of fields that may still be selected. */
  private budget = 40

  constructor(schema: GraphQLSchema, known: Known, chance: Chance) {
    this.schema = schema
    this.known = known
    this.chance = chance
  }

  operation(): GeneratedOperation {
    const root = this.schema.getQueryType() as GraphQLObjectType
    const fields = Array.from({ length: 1 + this.chance.below(2) }, () => this.field(root, this.fieldOf(root, 0), 0))
    return this.written('query', fields.join(' '))
  }

  subscription(): GeneratedOperation {
    const type = this.schema.getType('EventAdded') as GraphQLObjectType
    const { event } = type.getFields()
    if (!event) throw new Error('EventAdded has no event.')
    const parts = [this.field(type, event, 0), this.selection(type, 0)]
    return this.written('subscription', `${this.name('f')}: eventAdded { ${parts.join(' ')} }`)
  }

  private written(kind: string, fields: string): GeneratedOperation {
    const given = this.declarations.length ? `(${this.declarations.join(', ')})` : ''
    const query = [`${kind} Generated${given} { ${fields} }`, ...this.fragments].join('\n')
    return { query, variables: this.variables }
  }

  private fieldOf(type: GraphQLObjectType, depth: number): GraphQLField<unknown, unknown>
  private fieldOf(type: GraphQLNamedType, depth: number): GraphQLField<unknown, unknown> {
    if (!isObjectType(type) && !isInterfaceType(type)) throw new Error(`${type.name} has no fields.`)
    const all = Object.values(type.getFields()).filter(({ name }) => !leftOut.includes(name))
    const leaves = all.filter((field) => isLeafType(getNamedType(field.type)))
    const isDone = depth >= DEEPEST || this.budget <= 0
    return this.chance.of(isDone && leaves.length ? leaves : all)
  }

  /** Returns one field under a unique alias, so that fields cannot conflict. */
  private field(type: GraphQLNamedType, field: GraphQLField<unknown, unknown>, depth: number): string {
    this.budget--
    const key = this.chance.oneIn(8) && field.args.length === 0 ? '' : `${this.name('f')}: `
    return `${key}${field.name}${this.args(type, field)}${this.directive()}${this.below(getNamedType(field.type), depth)}`
  }

  private below(type: GraphQLNamedType, depth: number): string {
    if (isLeafType(type)) return ''
    return ` { ${this.selection(type, depth + 1)} }`
  }

  private selection(type: GraphQLNamedType, depth: number): string {
    if (isUnionType(type)) return `__typename ${this.onOneOf(type, depth)}`
    if (!isObjectType(type) && !isInterfaceType(type)) return '__typename'
    const parts = Array.from({ length: 1 + this.chance.below(4) }, (): string => {
      if (this.chance.oneIn(12)) return `${this.name('t')}: __typename`
      if (this.chance.oneIn(6)) return this.fragment(type, depth)
      if (isInterfaceType(type) && this.chance.oneIn(2)) return this.onOneOf(type, depth)
      return this.field(type, this.fieldOf(type as GraphQLObjectType, depth), depth)
    })
    return parts.join(' ')
  }

  private onOneOf(type: GraphQLNamedType, depth: number): string {
    if (!isInterfaceType(type) && !isUnionType(type)) return '__typename'
    const some = this.chance.of(this.schema.getPossibleTypes(type))
    return `... on ${some.name}${this.directive()} { ${this.selection(some, depth)} }`
  }

  private fragment(type: GraphQLNamedType, depth: number): string {
    if (depth >= DEEPEST) return '__typename'
    const name = this.name('F')
    this.fragments.push(`fragment ${name} on ${type.name} { ${this.selection(type, depth)} }`)
    return `...${name}`
  }

  private directive(): string {
    if (!this.chance.oneIn(15)) return ''
    const condition = this.chance.oneIn(2) ? this.variable('Boolean!', this.chance.oneIn(2)) : 'true'
    return ` @${condition === 'true' ? 'include' : this.chance.of(['include', 'skip'])}(if: ${condition})`
  }

  private name(prefix: string): string {
    return `${prefix}${++this.names}`
  }

  private variable(type: string, value: unknown): string {
    const name = this.name('v')
    this.declarations.push(`$${name}: ${type}`)
    this.variables[name] = value
    return `$${name}`
  }

  private args(type: GraphQLNamedType, field: GraphQLField<unknown, unknown>): string {
    const given = field.args.filter((arg) => isRequiredArgument(arg) || this.chance.oneIn(3))
    const names = new Set(given.map(({ name }) => name))
    const list = `${type.name}.${field.name}`
    const isPaged = (names.has('after') || names.has('before')) && this.cursorsOf(list).length > 0
    const isOdd = ({ name }: GraphQLArgument) =>
      (name === 'last' && names.has('first')) ||
      (name === 'orderBy' && isPaged) ||
      ((name === 'after' || name === 'before') && !isPaged)
    const kept = given.filter((arg) => !isOdd(arg) || this.chance.oneIn(80))
    if (kept.length === 0) return ''
    return `(${kept.map((arg) => `${arg.name}: ${this.argument(list, field, arg)}`).join(', ')})`
  }

  private argument(list: string, field: GraphQLField<unknown, unknown>, arg: GraphQLArgument): string {
    const value = this.valueOfArgument(list, field, arg)
    if (this.chance.oneIn(3)) return this.variable(String(arg.type), plain(value))
    return literal(value)
  }

  private valueOfArgument(
    list: string,
    field: GraphQLField<unknown, unknown>,
    { name, type }: GraphQLArgument,
  ): unknown {
    if (name === 'first' || name === 'last')
      return this.chance.oneIn(200) ? this.chance.of([0, -1, 101]) : 1 + this.chance.below(4)
    if (name === 'after' || name === 'before') return this.cursor(list)
    if (name === 'id') return this.id(this.chance.of(Object.keys(this.known.ids)))
    if (name === 'ids')
      return Array.from({ length: this.chance.below(4) }, () => this.id(this.chance.of(Object.keys(this.known.ids))))
    if (name === 'between') return [this.chance.of(['BY', 'LT']), this.chance.of(['US', 'RUS'])]
    return this.value(type, getNamedType(field.type).name.replace(/Connection$/, ''), 0)
  }

  private cursorsOf(list: string): string[] {
    return this.known.cursors.filter((cursor) => Buffer.from(cursor, 'base64url').includes(`"${list}"`))
  }

  /** Returns a cursor, usually one of this list. */
  private cursor(list: string): string {
    const fitting = this.cursorsOf(list)
    return this.chance.oneIn(40) || !fitting.length
      ? this.chance.of(['damaged', ...this.known.cursors])
      : this.chance.of(fitting)
  }

  private id(...types: string[]): string {
    const known = types.map((type) => this.known.ids[type]).find((ids) => ids?.length)
    return this.chance.of(known && !this.chance.oneIn(40) ? known : Object.values(this.known.ids).flat())
  }

  /** Returns a value of an input type. `about` is the type of the records that it filters. */
  private value(type: GraphQLInputType, about: string, depth: number): unknown {
    if (isNonNullType(type)) return this.value(type.ofType, about, depth)
    if (isListType(type))
      return Array.from({ length: this.chance.below(3) }, () => this.value(type.ofType, about, depth))
    if (isInputObjectType(type)) return this.object(type, about, depth)
    if (isEnumType(type)) return new Bare(this.chance.of((type as GraphQLEnumType).getValues()).name)
    return this.scalar(type.name, about)
  }

  private object(type: GraphQLInputObjectType, about: string, depth: number): Record<string, unknown> {
    const all = Object.values(type.getFields())
    const simple = all.filter(
      (field) => !/^(and|or|not)$/.test(field.name) && !/(Where|List)/.test(getNamedType(field.type).name),
    )
    const fields = depth > 3 && simple.length ? simple : all
    const target = type.name.replace(/(Where|ListFilter|Order)$/, '')
    const entry = (field: (typeof all)[number]) => [
      field.name,
      this.value(field.type, target === type.name ? about : target, depth + 1),
    ]
    if (type.isOneOf) return Object.fromEntries([entry(this.chance.of(fields))])
    const required = fields.filter((field) => isNonNullType(field.type))
    const others = Array.from({ length: this.chance.below(3) }, () => this.chance.of(fields))
    const made = Object.fromEntries([...new Set([...required, ...others])].map(entry))
    if (type.name !== 'DateRange' || this.chance.oneIn(20)) return made
    const [from, to] = Object.values(made).sort()
    return to ? { from, to } : made
  }

  private scalar(name: string, about: string): unknown {
    if (name === 'Int') return this.chance.below(200)
    if (name === 'Float') return this.chance.below(200) / 10 - 10
    if (name === 'Boolean') return this.chance.oneIn(2)
    if (name === 'Date') return `${2018 + this.chance.below(10)}-0${1 + this.chance.below(9)}-1${this.chance.below(10)}`
    if (name === 'DateTime') return this.chance.of(['2020-01-01T00:00:00Z', new Date().toISOString()])
    if (name === 'ID') return this.id(about)
    return this.chance.of(this.known.texts)
  }
}

/** Prints a value as a literal of the query language. */
function literal(value: unknown): string {
  if (value instanceof Bare) return value.text
  if (Array.isArray(value)) return `[${value.map(literal).join(', ')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  return `{ ${Object.entries(value)
    .map(([key, each]) => `${key}: ${literal(each)}`)
    .join(', ')} }`
}

/** Converts a value to JSON. */
function plain(value: unknown): unknown {
  if (value instanceof Bare) return value.text
  if (Array.isArray(value)) return value.map(plain)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, plain(each)]))
}
