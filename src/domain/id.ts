import { UserError } from './errors.ts'

/** The content of a global id: the record's GraphQL type and its key. */
export interface GlobalId {
  type: string
  /** The record's UUID; of a Bilateral, the ISO codes of its two countries, such as "BY-US". */
  id: string
}

/** Returns whether a text is a UUID in lower case with hyphens, as PostgreSQL writes it. */
export const isUuid = (text: string): boolean => uuid.test(text)

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** Returns whether a text is two different ISO 3166-1 codes of two letters in alphabetical order, such as "BY-US". */
function isCountryPair(text: string): boolean {
  const [, first = '', second = ''] = /^([A-Z]{2})-([A-Z]{2})$/.exec(text) ?? []
  return first < second
}

/** Returns the global id of a record, which is unique over all types: base64url of `Type:key`. */
export const writeId = (type: string, id: string): string => Buffer.from(`${type}:${id}`).toString('base64url')

/** Returns the error for an id that `writeId` cannot have returned. */
export const unknownId = (): UserError => new UserError('This is not a valid id: pass an id that a query returned.')

/** Reads a global id. Throws `unknownId` if `writeId` cannot have returned it. The message does not repeat the input. */
export function readId(text: string): GlobalId {
  const [type = '', id = ''] = Buffer.from(text, 'base64url').toString('latin1').split(':')
  const isKey = type === 'Bilateral' ? isCountryPair : isUuid
  if (!isKey(id) || writeId(type, id) !== text) throw unknownId()
  return { type, id }
}

/** Reads a global id. Returns the empty type and the UUID of zeros if `writeId` cannot have returned it. */
export function tryReadId(text: string): GlobalId {
  try {
    return readId(text)
  } catch {
    return { type: '', id: '00000000-0000-0000-0000-000000000000' }
  }
}

/** Returns the UUID of a global id. Throws a `UserError` if its type is not one of `types`. */
export function readIdOf(types: readonly string[], text: string): string {
  const { type, id } = readId(text)
  if (!types.includes(type))
    throw new UserError(`This is the id of a record of type ${type}: pass an id of type ${types.join(' or ')}.`)
  return id
}
