import { db } from '../db/client.ts'
import { readIdOf } from '../domain/id.ts'
import { requireScope } from '../domain/scope.ts'
import { feedCursor, readHead } from '../log/position.ts'
import { createEvent, Invalid, type Issue, type NewEvent } from '../store/event-create.ts'
import { actorTypes } from './actor-kind.ts'
import { builder } from './builder.ts'
import { Certainty, Event, EventStatus, EventType } from './event.ts'
import { LinkKind } from './event-link.ts'
import { Basis, DatePrecision } from './fuzzy-date.ts'
import { CountKind, ParticipantRole } from './participant.ts'

const FuzzyDateInput = builder.inputType('FuzzyDateInput', {
  description: 'A date as precisely as it is known: a span of days, either end of which may be open.',
  fields: (t) => ({
    earliest: t.field({ type: 'Date', description: 'First possible day; open without it.' }),
    latest: t.field({ type: 'Date', description: 'Last possible day; open without it.' }),
    precision: t.field({ type: DatePrecision, required: true, description: 'How finely it is known.' }),
    text: t.string({ description: 'The source’s own words, such as "early March".' }),
    basis: t.field({ type: Basis, required: true, description: 'Whether the source states it.' }),
  }),
})

const CitationInput = builder.inputType('CitationInput', {
  description: 'Where a source tells of it.',
  fields: (t) => ({
    source: t.id({ required: true, description: 'The source.' }),
    quote: t.string({ description: 'The words that matter, ten at most.' }),
    start: t.int({ description: 'Where the passage begins: its first character, from 0. With `end`, or not at all.' }),
    end: t.int({ description: 'Where it ends: the character after its last one.' }),
    basis: t.field({ type: Basis, required: true, description: 'Whether the source states it.' }),
  }),
})

const ParticipantInput = builder.inputType('ParticipantInput', {
  description: 'The part that one actor has.',
  fields: (t) => ({
    actor: t.id({ required: true, description: 'Who it is.' }),
    role: t.field({ type: ParticipantRole, required: true, description: 'What part it has.' }),
    count: t.int({ description: 'How many they are, where it is a group; with `countKind`.' }),
    countKind: t.field({ type: CountKind, description: 'How the count is meant.' }),
    onBehalfOf: t.id({ description: 'For whom it acts, such as the country of a president.' }),
    note: t.string({ description: 'What else the source says of the part.' }),
  }),
})

const EventLinkInput = builder.inputType('EventLinkInput', {
  description: 'How it bears on another event.',
  fields: (t) => ({
    to: t.id({ required: true, description: 'The other event.' }),
    kind: t.field({ type: LinkKind, required: true, description: 'How it bears on it.' }),
    basis: t.field({ type: Basis, required: true, description: 'Whether the source states it.' }),
    citations: t.field({ type: [CitationInput], description: 'Where sources say so.' }),
  }),
})

const EventCreateInput = builder.inputType('EventCreateInput', {
  description: 'An event with all that belongs to it.',
  fields: (t) => ({
    slug: t.string({
      description: 'Readable key for addresses: words of a–z and 0–9 with hyphens; from the title without it.',
    }),
    title: t.string({ required: true, description: 'One line that says what happened.' }),
    summary: t.string({ description: 'A few sentences more.' }),
    type: t.field({ type: EventType, required: true, description: 'What sort of event it is.' }),
    status: t.field({ type: EventStatus, required: true, description: 'Whether it has happened.' }),
    certainty: t.field({ type: Certainty, required: true, description: 'How sure it is.' }),
    date: t.field({ type: FuzzyDateInput, required: true, description: 'When it happened or is to happen.' }),
    location: t.id({ description: 'The country in which it takes place.' }),
    cameoCode: t.string({ description: 'CAMEO event code: two to four digits, with its leading zeros.' }),
    goldstein: t.float({
      description: 'Goldstein score, from -10 to 10 in tenths; that of the CAMEO code without it.',
    }),
    participants: t.field({ type: [ParticipantInput], description: 'Who takes part, and how.' }),
    links: t.field({ type: [EventLinkInput], description: 'How it bears on other events.' }),
    citations: t.field({ type: [CitationInput], description: 'Where sources tell of it.' }),
  }),
})

/** What a caller can mend, as data. */
const UserError = builder.interfaceRef<{ message: string }>('UserError').implement({
  description: 'What is wrong with what was asked, in words for whoever can mend it. Nothing was written.',
  fields: (t) => ({ message: t.exposeString('message', { description: 'What is wrong and what to do.' }) }),
})

const ValidationIssue = builder.objectRef<Issue>('ValidationIssue').implement({
  description: 'One thing that is wrong with an input.',
  fields: (t) => ({
    path: t.exposeStringList('path', { description: 'Where in the input, such as `["participants", "0", "actor"]`.' }),
    message: t.exposeString('message', { description: 'What is wrong and what to do.' }),
  }),
})

const ValidationError = builder.objectRef<Pick<Invalid, 'message' | 'issues'>>('ValidationError').implement({
  description: 'The input breaks rules; nothing was written.',
  interfaces: [UserError],
  isTypeOf: (value) => typeof value === 'object' && value !== null && 'issues' in value,
  fields: (t) => ({
    issues: t.field({
      type: [ValidationIssue],
      description: 'All that is wrong.',
      resolve: ({ issues }) => [...issues],
    }),
  }),
})

interface Created {
  id: string
  cursor: string
}

const EventCreateSuccess = builder.objectRef<Created>('EventCreateSuccess').implement({
  description: 'The event was added.',
  isTypeOf: (value) => typeof value === 'object' && value !== null && 'cursor' in value,
  fields: (t) => ({
    event: t.prismaField({
      type: Event,
      description: 'The event.',
      resolve: (query, { id }) => db.event.findUniqueOrThrow({ ...query, where: { id } }),
    }),
    feedCursor: t.exposeString('cursor', {
      description: 'Its place in the log: whoever follows from here is not told of it again.',
    }),
  }),
})

const EventCreateResult = builder.unionType('EventCreateResult', {
  description: 'What came of it.',
  types: [EventCreateSuccess, ValidationError],
})

builder.mutationType({ description: 'What can be written. Each mutation is one transaction, and needs an API key.' })

builder.mutationField('eventCreate', (t) =>
  t.field({
    type: EventCreateResult,
    description: 'Adds an event. Needs the scope "write".',
    args: { input: t.arg({ type: EventCreateInput, required: true, description: 'The event.' }) },
    resolve: async (_root, { input }, { viewer }) => {
      const writer = requireScope(viewer, 'write')
      try {
        const { id, position } = await createEvent(writer, toNewEvent(input))
        const { epoch } = await readHead()
        return { id, cursor: feedCursor(epoch, position) }
      } catch (error) {
        if (error instanceof Invalid) return { message: error.message, issues: error.issues }
        throw error
      }
    },
  }),
)

type Input = typeof EventCreateInput.$inferInput

/** The input with UUIDs in place of ids, and days as text. */
function toNewEvent({ date, location, participants, links, citations, ...rest }: Input): NewEvent {
  const day = (value: Date | null | undefined) => value?.toISOString().slice(0, 10) ?? null
  return {
    ...rest,
    date: { ...date, earliest: day(date.earliest), latest: day(date.latest), text: date.text ?? null },
    location: location && readIdOf(['Country'], location),
    participants: participants?.map(({ actor, onBehalfOf, ...part }) => ({
      ...part,
      actor: readIdOf(actorTypes, actor),
      onBehalfOf: onBehalfOf && readIdOf(actorTypes, onBehalfOf),
    })),
    links: links?.map(({ to, citations, ...link }) => ({
      ...link,
      to: readIdOf(['Event'], to),
      citations: cited(citations),
    })),
    citations: cited(citations),
  }
}

const cited = (citations: Input['citations']) =>
  citations?.map(({ source, ...rest }) => ({ ...rest, source: readIdOf(['Source'], source) }))
