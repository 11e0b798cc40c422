import type { ActorKind as KindValue } from '../db/generated/prisma/enums.ts'

/** The GraphQL type of each kind of actor. */
export const typeOfKind = {
  PERSON: 'Person',
  COUNTRY: 'Country',
  ORGANIZATION: 'Organization',
  GROUP: 'Group',
  ASSET: 'Asset',
} as const satisfies Record<KindValue, string>

/** The names of these types. */
export const actorTypes: readonly string[] = Object.values(typeOfKind)
