// Generates random operations from the schema alone.
import { type GraphQLNamedType, type GraphQLSchema, getNamedType, isInterfaceType, isLeafType } from 'graphql'
import type { Chance } from '../search/chance.ts'
import { type Field, fieldsOf, type Operation, rootOf, type SchemaField } from './operation.ts'
import type { Values } from './values.ts'

const DEEPEST = 6
const MOST_FIELDS = 40

export const isConnection = (type: GraphQLNamedType): boolean => fieldsOf(type).some(({ name }) => name === 'pageInfo')

export class Generator {
  readonly schema: GraphQLSchema
  readonly #values: Values
  readonly #chance: Chance
  /** The number of fields that the operation may still select before only leaves follow. */
  #left = 0

  constructor(schema: GraphQLSchema, values: Values, chance: Chance) {
    this.schema = schema
    this.#values = values
    this.#chance = chance
  }

  operation(kind: Operation['kind']): Operation {
    this.#left = MOST_FIELDS
    const root = rootOf(this.schema, { kind, fields: [] })
    const count = kind === 'query' && this.#chance.below(4) === 0 ? 2 : 1
    return { kind, fields: Array.from({ length: count }, () => this.anyField(root, 0)) }
  }

  /** Returns a new field at this position of an operation. */
  fresh(type: GraphQLNamedType, depth: number): Field {
    this.#left = MOST_FIELDS / 4
    return this.anyField(type, depth)
  }

  /** Returns a random field of a type, with arguments and a selection. */
  anyField(type: GraphQLNamedType, depth: number): Field {
    const all = fieldsOf(type)
    const lists = all.filter((field) => isConnection(getNamedType(field.type)))
    const leaves = all.filter((field) => isLeafType(getNamedType(field.type)))
    if ((depth >= DEEPEST || this.#left-- <= 0) && leaves.length)
      return this.field(type, this.#chance.of(leaves), depth)
    return this.field(type, this.#chance.of(lists.length && this.#chance.below(2) ? lists : all), depth)
  }

  field(parent: GraphQLNamedType, declared: SchemaField, depth: number): Field {
    const type = getNamedType(declared.type)
    return {
      name: declared.name,
      args: this.#values.args(`${parent.name}.${declared.name}`, declared),
      fields: isLeafType(type) ? [] : this.selection(type, depth + 1),
    }
  }

  selection(type: GraphQLNamedType, depth: number): Field[] {
    if (isConnection(type)) return this.#page(type, depth)
    const count = 1 + this.#chance.below(4)
    const fields = Array.from({ length: count }, () => this.#oneOf(type, depth))
    return fields.filter(({ name }) => name)
  }

  /** Returns a random selection of a connection: rows, counts and page info. */
  #page(type: GraphQLNamedType, depth: number): Field[] {
    const chosen = fieldsOf(type).filter(() => this.#chance.below(3) === 0)
    const all = chosen.length ? chosen : [this.#chance.of(fieldsOf(type))]
    return all.map((declared) => this.field(type, declared, depth))
  }

  #oneOf(type: GraphQLNamedType, depth: number): Field {
    const types = isInterfaceType(type) ? this.schema.getPossibleTypes(type) : []
    const isPlain = types.length === 0 || (fieldsOf(type).length > 1 && this.#chance.below(2) === 0)
    if (isPlain) return this.anyField(type, depth)
    const some = this.#chance.of(types)
    return { ...this.anyField(some, depth), on: some.name }
  }
}
