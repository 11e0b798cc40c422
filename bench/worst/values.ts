// Generates random arguments: all values that the schema's input types permit, more often expensive ones than cheap
// ones.
import {
  type GraphQLArgument,
  type GraphQLInputObjectType,
  type GraphQLInputType,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isRequiredArgument,
} from 'graphql'
import type { Chance } from '../search/chance.ts'
import { ways } from '../search/misspell.ts'
import { type Known, LOG } from './known.ts'
import type { SchemaField } from './operation.ts'

/** Texts that match nothing, that match everything, or that have to be compared with each row. */
const texts = ['zq', 'a', 'e', 'an', 'the', '%', '_', '\\', 'Ле', 'ing no. 9', 'capital', 'x'.repeat(100)]
const sizes = [1, 1, 2, 5, 10, 20, 50, 100]
const lengths = [1, 2, 3, 10, 50, 250]
const days = ['2015-01-01', '2017-06-15', '2020-02-29', '2024-12-31', '2026-06-01', '0001-01-01', '9999-12-31']
/** The fields of known records whose texts are used for an argument with another name. */
const sources: Record<string, string> = { between: 'iso2', code: 'iso2', search: 'name' }

const isFilter = (type: GraphQLInputObjectType) => 'and' in type.getFields()
const isQuantified = (type: GraphQLInputObjectType) => 'some' in type.getFields()

/** Returns whether an input type contains conditions on other records. */
const leadsOn = (type: GraphQLInputType): boolean => {
  const named = getNamedType(type)
  return isInputObjectType(named) && (isFilter(named) || isQuantified(named))
}

export class Values {
  readonly #known: Known
  readonly #chance: Chance

  constructor(known: Known, chance: Chance) {
    this.#known = known
    this.#chance = chance
  }

  /** Returns random arguments of a field, including all required ones. */
  args(list: string, field: SchemaField): Record<string, unknown> {
    const args: Record<string, unknown> = {}
    for (const arg of field.args)
      if (isRequiredArgument(arg) || this.#chance.below(10) < (arg.name === 'where' ? 6 : 4))
        args[arg.name] = this.argument(list, field, arg)
    return agree(args)
  }

  argument(list: string, field: SchemaField, { name, type }: GraphQLArgument): unknown {
    if (name === 'first' || name === 'last') return this.#chance.of(sizes)
    if (name === 'after' || name === 'before') return this.#cursor(list, field)
    if (name === 'search') return this.searchText()
    const about = getNamedType(field.type).name.replace(/Connection$/, '')
    return this.value(type, about, name, 1 + this.#chance.below(8))
  }

  searchText(): string {
    const names = [...(this.#known.texts.get('name') ?? []), ...(this.#known.texts.get('title') ?? [])]
    const name = this.#chance.of(names.length ? names : texts)
    const misspell = this.#chance.of(Object.values(ways))
    const made = [
      () => name,
      () => name.slice(0, 2 + this.#chance.below(3)),
      () => (name.length > 4 ? misspell(name, 1 + this.#chance.below(1000)) : name),
      () => Array.from({ length: 20 }, () => this.#chance.of(names)).join(' '),
      () => Array.from({ length: 50 }, () => this.#chance.of([...'abcdefghijklmnopqrstuvwxyzабв'])).join(' '),
      () => Array.from({ length: 40 }, () => this.#chance.of(['an', 'al', 'of', 'the', 'no', 'mar', 'in'])).join(' '),
    ]
    const text = [...this.#chance.of(made)()].slice(0, 100).join('').trim()
    return text.length > 1 ? text : 'an'
  }

  /** Returns a value of an input type for records of the type `about`. `levels` limits its depth. */
  value(type: GraphQLInputType, about: string, name: string, levels: number): unknown {
    if (isNonNullType(type)) return this.value(type.ofType, about, name, levels)
    if (isListType(type)) return this.#list(type.ofType, about, name, levels)
    if (isEnumType(type)) return this.#chance.of(type.getValues()).name
    if (!isInputObjectType(type)) return this.#scalar(type.name, about, name)
    if (isFilter(type)) return this.#filter(type, levels)
    const fields = Object.values(type.getFields())
    if (isQuantified(type)) {
      const field = this.#chance.of(fields)
      return { [field.name]: this.value(field.type, about, field.name, levels - 1) }
    }
    const required = fields.filter((field) => isNonNullType(field.type))
    const chosen = required.length ? required : [this.#chance.of(fields)]
    const operator = (field: string) => (/^(eq|in|contains|startsWith|gte?|lte?)$/.test(field) ? name : field)
    const entries = chosen.map((field) => [field.name, this.value(field.type, about, operator(field.name), levels - 1)])
    return Object.fromEntries(entries)
  }

  #list(type: GraphQLInputType, about: string, name: string, levels: number): unknown[] {
    const named = getNamedType(type)
    const most = name === 'between' ? 2 : isEnumType(named) ? named.getValues().length : this.#chance.of(lengths)
    const length = leadsOn(type) ? Math.min(most, this.#chance.below(20) ? 3 : 50) : most
    const values = Array.from({ length }, () => this.value(type, about, name, levels))
    const isSet = isEnumType(named) || name === 'between'
    return isSet ? [...new Set(values)] : values
  }

  #filter(type: GraphQLInputObjectType, levels: number): Record<string, unknown> {
    const fields = Object.values(type.getFields())
    const leaves = fields.filter((field) => !leadsOn(field.type))
    const relations = fields.filter((field) => leadsOn(field.type) && !/^(and|or|not)$/.test(field.name))
    const logic = fields.filter(({ name }) => /^(and|or|not)$/.test(name))
    const about = type.name.replace(/Where$/, '')
    const made: Record<string, unknown> = {}
    const add = (choices: typeof fields) => {
      const field = this.#chance.of(choices)
      made[field.name] = this.value(field.type, about, field.name, levels - 1)
    }
    const luck = this.#chance.below(10)
    if (levels > 0 && luck < 5 && relations.length) add(relations)
    else if (levels > 0 && luck < 8) add(logic)
    else if (leaves.length) add(leaves)
    if (this.#chance.below(3) === 0 && leaves.length) add(leaves)
    return made
  }

  #scalar(type: string, about: string, name: string): unknown {
    const { below, of } = {
      below: (n: number) => this.#chance.below(n),
      of: <T>(all: readonly T[]) => this.#chance.of(all),
    }
    if (type === 'Int') return below(200)
    if (type === 'Float') return below(200) / 10 - 10
    if (type === 'Boolean') return below(2) === 0
    if (type === 'Date') return of(days)
    if (type === 'DateTime') return `${of(days.slice(0, 5))}T00:00:00Z`
    if (type === 'ID') return of(this.#known.ids.get(about) ?? [...this.#known.ids.values()].flat())
    const known = this.#known.texts.get(sources[name] ?? name) ?? this.#known.texts.get('name') ?? texts
    if (name in sources) return of(known)
    const text = below(2) ? of(texts) : of(known)
    return below(3) ? text : text.slice(0, 1 + below(3))
  }

  /** Returns a cursor for a list. Lists of the change log can only be read forward, and share their cursors. */
  #cursor(list: string, { args }: SchemaField): string | undefined {
    const isOfLog = !args.some(({ name }) => name === 'before')
    const some = this.#known.cursorsOf(isOfLog ? LOG : list)
    return some.length ? this.#chance.of(some) : undefined
  }
}

/** Removes arguments that exclude each other: a page has one size, and a cursor belongs to one order. */
export function agree(args: Record<string, unknown>): Record<string, unknown> {
  const { first, last, after, before, search, ...others } = args
  const orderBy = search === undefined ? withoutRelevance(args.orderBy) : args.orderBy
  const isBackward = last !== undefined && first === undefined
  const isOrdered = orderBy !== undefined || search !== undefined
  const kept = { first: isBackward ? undefined : first, last: isBackward ? last : undefined, orderBy, search }
  const cursors = isOrdered ? {} : { after, before }
  const all = { ...others, ...kept, ...cursors }
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined))
}

/** Removes the order by relevance if there is no search. */
function withoutRelevance(orderBy: unknown): unknown {
  if (!Array.isArray(orderBy)) return orderBy
  const kept = orderBy.filter(({ field }) => field !== 'RELEVANCE')
  return kept.length ? kept : undefined
}
