import { UserError } from './errors.ts'

export interface GlobalId {
  type: string
  /** The record's UUID. */
  id: string
}

/** Whether a text is a UUID as the database writes it. */
export const isUuid = (text: string): boolean => uuid.test(text)

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** The opaque id that the API shows, unique over all types: base64url of `Type:uuid`. */
export const writeId = (type: string, id: string): string => Buffer.from(`${type}:${id}`).toString('base64url')

/** What is wrong with an id that nobody was given. */
export const unknownId = (): UserError => new UserError('This is not a valid id: pass an id that a query returned.')

/** Refuses, without repeating it, what `writeId` cannot have written. */
export function readId(text: string): GlobalId {
  const [type = '', id = ''] = Buffer.from(text, 'base64url').toString('latin1').split(':')
  if (!isUuid(id) || writeId(type, id) !== text) throw unknownId()
  return { type, id }
}

/** The UUID in an id that has to be of one of the given types. */
export function readIdOf(types: readonly string[], text: string): string {
  const { type, id } = readId(text)
  if (!types.includes(type))
    throw new UserError(`This is the id of a record of type ${type}: pass an id of type ${types.join(' or ')}.`)
  return id
}
