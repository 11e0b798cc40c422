// Creates rows with default values by SQL, so that a test only states the values that it is about.
import type { Prisma } from '../src/db/generated/prisma/client.ts'
import type { LinkKind } from '../src/db/generated/prisma/enums.ts'
import { createEvent } from '../src/store/edit/event.ts'
import { writeOnce } from '../src/store/idempotent-write.ts'
import { database as db } from './client.ts'

let made = 0
const fresh = (word: string) => `${word}-${++made}`

/** Returns the columns of a fuzzy date between two days, either of which may be open. */
export function span<P extends string>(prefix: P, earliest: string | null, latest: string | null, more: object = {}) {
  const day = (text: string | null) => (text === null ? null : new Date(text))
  const said = { earliest: day(earliest), latest: day(latest), precision: 'DAY', basis: 'STATED', ...more }
  const columns = Object.entries(said).map(([part, value]) => [
    `${prefix}${part[0]?.toUpperCase()}${part.slice(1)}`,
    value,
  ])
  return Object.fromEntries(columns) as Record<`${P}Earliest` | `${P}Latest`, Date | null> &
    Record<`${P}Precision`, 'DAY'> &
    Record<`${P}Basis`, 'STATED'>
}

export const on = (day: string) => span('date', day, day)

export const anEvent = (more: Partial<Prisma.EventUncheckedCreateInput> = {}) => {
  const slug = fresh('event')
  return db.event.create({
    data: {
      slug,
      title: slug,
      type: 'OTHER',
      status: 'OCCURRED',
      certainty: 'ASSERTED',
      ...on('2020-01-01'),
      ...more,
    },
  })
}

type ActorColumns = Partial<Prisma.ActorUncheckedCreateInput>

const anActor = (kind: Prisma.ActorUncheckedCreateInput['kind'], more: ActorColumns) => {
  const slug = fresh(kind.toLowerCase())
  return db.actor.create({ data: { kind, slug, name: slug, ...more } })
}

export const aPerson = (more: ActorColumns = {}) => anActor('PERSON', { person: { create: {} }, ...more })
export const anOrganization = (more: ActorColumns = {}) => anActor('ORGANIZATION', more)
export const aGroup = (more: ActorColumns = {}) => anActor('GROUP', more)
export const anAsset = (more: ActorColumns = {}) => anActor('ASSET', { asset: { create: { kind: 'VESSEL' } }, ...more })

let countries = 0

/** Creates a country with one of the codes that ISO reserves for users: QM, QN, … */
export const aCountry = (more: ActorColumns = {}) => {
  const letter = String.fromCharCode('M'.charCodeAt(0) + (countries++ % 14))
  const codes = { iso2: `Q${letter}`, iso3: `QQ${letter}`, region: 'Nowhere', flag: '🏳️' }
  return anActor('COUNTRY', { country: { create: codes }, ...more })
}

/** Returns one of the seed's countries. */
export const country = (iso2: string) => db.actor.findFirstOrThrow({ where: { country: { iso2 } } })

export const aParticipant = (
  eventId: string,
  actorId: string,
  more: Partial<Prisma.EventParticipantUncheckedCreateInput> = {},
) => db.eventParticipant.create({ data: { eventId, actorId, role: 'PARTY', ...more } })

export const aLink = (fromId: string, toId: string, kind: LinkKind = 'CAUSED') =>
  db.eventLink.create({ data: { fromId, toId, kind, basis: 'STATED' } })

export async function aSanction(more: Partial<Prisma.SanctionUncheckedCreateInput> = {}) {
  const slug = fresh('sanction')
  const authorityId = more.authorityId ?? (await country('US')).id
  return db.sanction.create({ data: { slug, title: slug, authorityId, ...more } })
}

export const anAction = (sanctionId: string, more: Partial<Prisma.SanctionActionUncheckedCreateInput> = {}) =>
  db.sanctionAction.create({
    data: { sanctionId, kind: 'IMPOSED', certainty: 'ASSERTED', ...on('2020-01-01'), ...more },
  })

export const aTarget = (sanctionId: string, actorId: string, more: object = {}) =>
  db.sanctionTarget.create({ data: { sanctionId, actorId, ...more } })

export const aSource = (more: Partial<Prisma.SourceUncheckedCreateInput> = {}) =>
  db.source.create({ data: { kind: 'ARTICLE', title: fresh('source'), ...more } })

/** Adds an event through the store. Resolves when it is in the log. */
export const addEvent = (title: string) => {
  const date = { precision: 'UNKNOWN', basis: 'STATED' }
  const input = { title, type: 'OTHER', status: 'OCCURRED', certainty: 'ASSERTED', date }
  return writeOnce({ writer: 'test', mutation: 'eventCreate', input }, (tx) => createEvent(tx, input))
}
