import type { ActorKind } from '../db/generated/prisma/enums.ts'
import type { Subject } from '../domain/identifier.ts'

/** Finds the id that a reference leads to; where a kind is given, only an actor of that kind will do. */
export type Find = (subject: Subject, reference: string, kind?: ActorKind) => string

/** For what refers by ids that have been found before. */
export const alreadyAnId: Find = (_subject, id) => id

/** Leaves undefined (stays as it is) and null (is emptied) apart. */
export function optional<T, U>(value: T | null | undefined, map: (value: T) => U): U | null | undefined {
  if (value === undefined) return undefined
  return value === null ? null : map(value)
}
