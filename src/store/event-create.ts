import { v7 } from 'uuid'
import { z } from 'zod'
import { db } from '../db/client.ts'
import type { ActorKind } from '../db/generated/prisma/enums.ts'
import { slugOf } from '../domain/name.ts'
import { goldsteinOf } from './cameo.ts'
import type { CitationFacts } from './citation.ts'
import { type EventFacts, saveEvents } from './event.ts'
import type { Transaction } from './rows.ts'
import { eventFields } from './rules/event.ts'
import { slug } from './rules/field.ts'
import { findTaken } from './taken.ts'
import { write } from './write.ts'

/** One thing that is wrong with what was given, and where. */
export interface Issue {
  /** Such as ["participants", "0", "actor"]. */
  path: string[]
  /** The rest of a sentence that begins with the place. */
  message: string
}

/** Everything that is wrong with what was given; nothing was written. */
export class Invalid extends Error {
  readonly issues: readonly Issue[]

  constructor(issues: readonly Issue[]) {
    super('What was given cannot be written: mend what the issues name, and send it again.')
    this.name = 'Invalid'
    this.issues = issues
  }
}

const rules = z.strictObject({ slug: slug.nullish(), ...eventFields(z.string()) })

/** An event on its way in; it refers to other records by their UUIDs. */
export type NewEvent = z.input<typeof rules>
type GoodEvent = z.output<typeof rules>

/** Adds an event, and gives its id and its place in the log; throws `Invalid` with all that is wrong. */
export async function createEvent(writer: string, given: NewEvent): Promise<{ id: string; position: number }> {
  const { data, error } = rules.safeParse(given)
  if (!data)
    throw new Invalid(error.issues.map(({ path, message }) => ({ path: path.map(String), message: `${message}.` })))
  const id = v7()
  await write(writer, async (tx) => {
    const issues = [...(await strangers(tx, data)), ...(await takenSlug(tx, data))]
    if (issues.length > 0) throw new Invalid(issues)
    await saveEvents(tx, [factsOf(id, data, data.slug ?? (await freeSlug(tx, data.title, id)))])
  })
  const change = await db.change.findFirstOrThrow({
    where: { entityId: id },
    orderBy: { position: 'asc' },
    select: { position: true },
  })
  return { id, position: Number(change.position) }
}

function factsOf(id: string, event: GoodEvent, chosen: string): EventFacts {
  const { location, participants = [], links = [], citations = [], cameoCode, goldstein, ...rest } = event
  return {
    ...rest,
    id,
    identifiers: [],
    slug: chosen,
    locationId: location,
    cameoCode,
    goldstein: goldstein ?? (cameoCode ? goldsteinOf(cameoCode) : null),
    participants: participants.map(({ actor, onBehalfOf, ...part }) => ({
      ...part,
      actorId: actor,
      onBehalfOfId: onBehalfOf,
    })),
    links: links.map(({ to, citations, ...link }) => ({ ...link, toId: to, citations: citations?.map(citationOf) })),
    citations: citations.map(citationOf),
  }
}

const citationOf = ({ source, ...rest }: NonNullable<GoodEvent['citations']>[number]): CitationFacts => ({
  ...rest,
  sourceId: source,
})

interface Referred {
  path: string[]
  id: string
  model: 'actor' | 'event' | 'source'
  /** What kind of actor it has to be. */
  kind?: ActorKind
}

/** What is referred to and is not there, or is not what it has to be. */
async function strangers(tx: Transaction, event: GoodEvent): Promise<Issue[]> {
  const all = references(event)
  const idsOf = (model: Referred['model']) => all.filter((each) => each.model === model).map(({ id }) => id)
  const [actors, events, sources] = await Promise.all([
    tx.actor.findMany({ where: { id: { in: idsOf('actor') } }, select: { id: true, kind: true } }),
    tx.event.findMany({ where: { id: { in: idsOf('event') } }, select: { id: true } }),
    tx.source.findMany({ where: { id: { in: idsOf('source') } }, select: { id: true } }),
  ])
  const kinds = new Map(actors.map(({ id, kind }) => [id, kind]))
  const known = new Set([...actors, ...events, ...sources].map(({ id }) => id))
  return all.flatMap(({ path, id, model, kind }) => {
    if (!known.has(id)) return [{ path, message: `There is no ${model} of this id.` }]
    if (kind && kinds.get(id) !== kind) return [{ path, message: `This actor is no ${kind.toLowerCase()}.` }]
    return []
  })
}

function references({ location, participants = [], links = [], citations = [] }: GoodEvent): Referred[] {
  const found: Referred[] = []
  if (location) found.push({ path: ['location'], id: location, model: 'actor', kind: 'COUNTRY' })
  for (const [at, { actor, onBehalfOf }] of participants.entries()) {
    found.push({ path: ['participants', `${at}`, 'actor'], id: actor, model: 'actor' })
    if (onBehalfOf) found.push({ path: ['participants', `${at}`, 'onBehalfOf'], id: onBehalfOf, model: 'actor' })
  }
  for (const [at, { to, citations = [] }] of links.entries()) {
    found.push({ path: ['links', `${at}`, 'to'], id: to, model: 'event' })
    for (const [place, { source }] of citations.entries())
      found.push({ path: ['links', `${at}`, 'citations', `${place}`, 'source'], id: source, model: 'source' })
  }
  for (const [at, { source }] of citations.entries())
    found.push({ path: ['citations', `${at}`, 'source'], id: source, model: 'source' })
  return found
}

async function takenSlug(tx: Transaction, { slug }: GoodEvent): Promise<Issue[]> {
  if (!slug || (await findTaken(tx, 'Event', [slug])).size === 0) return []
  return [{ path: ['slug'], message: 'Another event has this slug: pass another one, or none.' }]
}

/** The title as a slug; with the end of the id where that is taken. */
async function freeSlug(tx: Transaction, title: string, id: string): Promise<string> {
  const plain = slugOf(title).slice(0, 80).replace(/-$/, '')
  if (plain && (await findTaken(tx, 'Event', [plain])).size === 0) return plain
  return `${plain || 'event'}-${id.slice(-12)}`
}
