// Finds the parts of an argument's value that can be changed, with their types.
import {
  type GraphQLInputType,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isInputObjectType,
  isListType,
  isNonNullType,
} from 'graphql'
import { type Operation, placesOf } from './operation.ts'

export interface Part {
  type: GraphQLInputType
  /** The name of the field that contains it, and the type of records that it filters. */
  name: string
  about: string
  value: unknown
  /** The number of lists and objects around it. */
  level: number
  set(value: unknown): void
  /** Undefined if it is the only part. */
  remove?: () => void
}

/** Returns each list, object and scalar in the arguments of an operation that are input objects or lists of them. */
export function partsOf(schema: GraphQLSchema, operation: Operation): Part[] {
  return placesOf(schema, operation).flatMap(({ field, declared }) => {
    const about = getNamedType(declared.type).name.replace(/Connection$/, '')
    return declared.args.flatMap(({ name, type }) =>
      name in field.args && isInputObjectType(getNamedType(type))
        ? below(field.args, name, { type, about, level: 0 })
        : [],
    )
  })
}

type Where = Pick<Part, 'type' | 'about' | 'level' | 'remove'>

function below(holder: object, key: string, { type, about, level, remove }: Where): Part[] {
  const values = holder as Record<string, unknown>
  const value = values[key]
  const set = (made: unknown) => {
    values[key] = made
  }
  const part: Part = { type, name: key, about, value, level, set, remove }
  const bare = getNullableType(type)
  if (isListType(bare) && Array.isArray(value)) {
    const removal = (place: number) => (value.length > 1 ? () => void value.splice(place, 1) : undefined)
    const where = { type: bare.ofType as GraphQLInputType, about, level: level + 1 }
    return [part, ...value.flatMap((_, place) => below(value, String(place), { ...where, remove: removal(place) }))]
  }
  if (!isInputObjectType(bare) || typeof value !== 'object' || value === null) return [part]
  const inner = bare.name.endsWith('Where') ? bare.name.replace(/Where$/, '') : about
  const object = value as Record<string, unknown>
  const keys = Object.keys(object)
  const removal = (each: string) =>
    keys.length > 1 && !isNonNullType(bare.getFields()[each]?.type) ? () => void delete object[each] : undefined
  const parts = keys.flatMap((each) => {
    const field = bare.getFields()[each]
    return field ? below(object, each, { type: field.type, about: inner, level: level + 1, remove: removal(each) }) : []
  })
  return [part, ...parts]
}
