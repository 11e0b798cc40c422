// What can be followed. Each field says which of the log's changes it gives, so that those who ask the same are served at once.
import { reads } from '../db/client.ts'
import { feedCursor } from '../log/position.ts'
import type { Choose } from '../log/question.ts'
import { type Change, type ChangeFilter, matches } from '../log/read.ts'
import { matchRows, type Wish, wishFor } from '../plan/match.ts'
import { listCondition } from '../plan/table.ts'
import { builder } from './builder.ts'
import { type ChangeInLog, ChangeType, ChangeWhere, changeFilter } from './change.ts'
import { whereOf } from './declare/table/input.ts'
import { Event, events } from './event.ts'

/** What a field of Subscription is, as its extension `feed` says it. */
export interface Feed {
  /** What its arguments ask for; throws a DomainError where they are wrong. */
  wish(args: never): unknown
  choose: Choose
  /** What the field is resolved over. */
  value(change: Change, epoch: string): object
}

interface Added {
  eventId: string
  cursor: string
  committedAt: Date
}

const EventAdded = builder.objectRef<Added>('EventAdded').implement({
  description: 'An event that was added, with its place in the log.',
  fields: (t) => ({
    cursor: t.exposeString('cursor', { description: 'Its place in the log: pass it as `after` to go on from there.' }),
    committedAt: t.expose('committedAt', { type: 'DateTime', description: 'When it came into the log, UTC.' }),
    event: t.prismaField({
      type: Event,
      description: 'The event, as it is when it is delivered.',
      resolve: (query, { eventId }) => reads.event.findUniqueOrThrow({ ...query, where: { id: eventId } }),
    }),
  }),
})

const addedEvents: Feed = {
  wish: ({ where }: { where?: object | null }) => wishFor(listCondition(events, where)),
  choose: async (changes, wishes: readonly Wish[]) => {
    const added = changes.filter(({ type, operation }) => type === 'EVENT' && operation === 'CREATED')
    if (added.length === 0) return wishes.map(() => [])
    const ids = added.map(({ entityId }) => entityId)
    const met = await matchRows(events.model, ids, wishes)
    return met.map((wanted) => added.filter(({ entityId }) => wanted.has(entityId)))
  },
  value: ({ entityId, position, committedAt }, epoch) =>
    ({ eventId: entityId, cursor: feedCursor(epoch, position), committedAt }) satisfies Added,
}

const allChanges: Feed = {
  wish: ({ where }: { where?: Parameters<typeof changeFilter>[0] | null }) => changeFilter(where ?? {}),
  choose: async (changes, wishes: readonly ChangeFilter[]) =>
    wishes.map((filter) => changes.filter((change) => matches(filter, change))),
  value: (change, epoch) => ({ ...change, epoch }) satisfies ChangeInLog,
}

const after = 'A cursor of the log: first what came after it, then what comes. Without it only what comes.'

builder.subscriptionType({
  description:
    'What can be followed, over server-sent events or WebSocket. Nothing is left out, and nothing comes twice.',
  fields: (t) => ({
    eventAdded: t.field({
      type: EventAdded,
      description:
        'Events as they are added, in the order of the log. `where` is asked of the event as it is when it is delivered; an event that comes to match it later is not an addition.',
      args: {
        where: t.arg({ type: whereOf(events.name), description: 'Which events; all without it.' }),
        after: t.arg.string({ description: after }),
      },
      extensions: { feed: addedEvents },
      subscribe: unserved<Added>,
      resolve: (added) => added,
    }),
    changes: t.field({
      type: ChangeType,
      description: 'Every change of every kind of record, in the order of the log.',
      args: {
        where: t.arg({ type: ChangeWhere, description: 'Which changes; all without it.' }),
        after: t.arg.string({ description: after }),
      },
      extensions: { feed: allChanges },
      subscribe: unserved<ChangeInLog>,
      resolve: (change) => change,
    }),
  }),
})

/** The server serves feeds itself, once for all who ask the same. */
function unserved<T>(): AsyncIterable<T> {
  throw new Error('A feed is opened by the server, not by graphql-js.')
}
