import type { ActorKind } from '../db/generated/prisma/enums.ts'
import type { Subject } from '../domain/identifier.ts'

/**
 * Returns the id of the record that a reference identifies. With `kind`, the actor must be of this kind. The importer
 * resolves identifiers; the API has resolved its references already, and uses `alreadyAnId`.
 */
export type FindId = (subject: Subject, reference: string, kind?: ActorKind) => string

/** Returns the reference itself, because it is an id. */
export const alreadyAnId: FindId = (_subject, id) => id

/** Maps a value. Returns undefined (do not change) and null (set to null) unmapped. */
export function optional<T, U>(value: T | null | undefined, map: (value: T) => U): U | null | undefined {
  if (value === undefined) return undefined
  return value === null ? null : map(value)
}
