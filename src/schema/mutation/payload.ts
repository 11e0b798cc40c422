// The fields of mutation results: the written records and parts in their current state, and the position in the change log.
import { db } from '../../db/client.ts'
import { UserError } from '../../domain/errors.ts'
import { readId } from '../../domain/id.ts'
import { Actor, ActorName } from '../actor.ts'
import { Asset } from '../asset.ts'
import { Citation } from '../citation.ts'
import { Country } from '../country.ts'
import { Detention } from '../detention.ts'
import { DisputedValue } from '../disputed-value.ts'
import { Event } from '../event.ts'
import { EventLink } from '../event-link.ts'
import { type ObjectFields, type PothosField, untyped } from '../fields/pothos.ts'
import { Group } from '../group.ts'
import { Identifier } from '../identifier.ts'
import { Licence } from '../licence.ts'
import { Organization } from '../organization.ts'
import { EventParticipant } from '../participant.ts'
import { Person } from '../person.ts'
import { Relationship } from '../relationship.ts'
import { Sanction } from '../sanction.ts'
import { SanctionAction } from '../sanction-action.ts'
import { SanctionTarget } from '../sanction-target.ts'
import { Source } from '../source.ts'

/** Records, each with its type and the Prisma model to read. Only an erasure deletes them. */
const records = {
  event: [Event, () => db.event],
  actor: [Actor, () => db.actor],
  person: [Person, () => db.actor],
  country: [Country, () => db.actor],
  organization: [Organization, () => db.actor],
  group: [Group, () => db.actor],
  asset: [Asset, () => db.actor],
  sanction: [Sanction, () => db.sanction],
  source: [Source, () => db.source],
} as const

/** Parts of records. A part may have been removed when a result is returned again for the same idempotency key. */
const parts = {
  participant: [EventParticipant, () => db.eventParticipant],
  link: [EventLink, () => db.eventLink],
  name: [ActorName, () => db.actorName],
  relationship: [Relationship, () => db.relationship],
  detention: [Detention, () => db.detention],
  target: [SanctionTarget, () => db.sanctionTarget],
  action: [SanctionAction, () => db.sanctionAction],
  licence: [Licence, () => db.licence],
  identifier: [Identifier, () => db.identifier],
  citation: [Citation, () => db.citation],
  disputedValue: [DisputedValue, () => db.disputedValue],
} as const

/** The name of a result field. `record` is the changed record, of any type. */
export type PayloadField = keyof typeof records | keyof typeof parts | 'record'

const erasedSince = new UserError('The change was made, but the person was erased since: do not repeat the change.')

type Fields = ObjectFields<MutationResult>
type RecordModel = { findUnique(query: object): Promise<object | null> }

/** The result of a mutation: `answer` has the ids of the records and parts to return. */
export interface MutationResult<Answer = Record<string, string>> {
  answer: Answer
  feedCursor: string
  replayed: boolean
}

/** Returns the fields of a result. */
export const payloadFields = (t: Fields, names: readonly PayloadField[]): Record<string, PothosField> => ({
  ...Object.fromEntries(names.map((name) => [name, payloadField(t, name)])),
  ...logFields(t),
})

/** Returns the fields for the position in the change log, and for whether an earlier request made the change. */
export const logFields = <Answer>(t: ObjectFields<MutationResult<Answer>>): Record<string, PothosField> => ({
  feedCursor: t.exposeString('feedCursor', {
    description:
      'Position of this change in the change log. A subscription that starts after it does not deliver this change again.',
  }),
  replayed: t.exposeBoolean('replayed', {
    description:
      'True if an earlier request with the same `idempotencyKey` made this change and this request wrote nothing.',
  }),
})

function payloadField(t: Fields, name: PayloadField): PothosField {
  if (name === 'record')
    return t.node({
      description: 'The changed record in its current state.',
      id: ({ answer }) => readId(answer.record ?? ''),
    })
  const isPart = name in parts
  const [type, rows] = { ...records, ...parts }[name]
  const field = {
    type,
    nullable: isPart,
    description: `The ${name} in its current state${isPart ? '; null if it was removed since' : ''}.`,
    resolve: async (query: object, { answer }: MutationResult) => {
      const row = await (rows() as RecordModel).findUnique({ ...query, where: { id: answer[name] } })
      if (!row && !isPart) throw erasedSince
      return row
    },
  }
  return t.prismaField(untyped(field)) as PothosField
}
