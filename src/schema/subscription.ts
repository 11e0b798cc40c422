// What can be followed. Each field says which of the log's changes it gives, so that those who ask the same are served at once.
import { reads } from '../db/client.ts'
import { feedCursor } from '../log/position.ts'
import type { Select } from '../log/query.ts'
import { type Change, type ChangeFilter, matches } from '../log/read.ts'
import type { ItemRecord } from '../plan/compile-items.ts'
import { matchRows, type Wish, wishFor } from '../plan/match.ts'
import { listCondition } from '../plan/table.ts'
import { builder } from './builder.ts'
import { type ChangeInLog, ChangeType, ChangeWhere, changeFilter } from './change.ts'
import { whereOf } from './declare/table/input.ts'
import { Event, events } from './event.ts'

/** How a field of Subscription is served; its extension `feed` holds it. */
export interface Feed {
  /** The filter that its arguments ask for, and its price; throws a DomainError where they are wrong. */
  filter(args: never): { filter: unknown; price: number }
  select: Select
  /** Whether the ids of merged records in its arguments stand for the records they were merged into. */
  followsMerges?: boolean
  /** The value that the field is resolved over. */
  value(change: Change, epoch: string): object
  /** The field of the value that gives the change's record; undefined if there is none. */
  record?: ItemRecord
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
  filter: ({ where }: { where?: object | null }) => {
    const filter = wishFor(events.model, listCondition(events, where))
    return { filter, price: filter.price }
  },
  select: async (changes, filters: readonly Wish[], run) => {
    const added = changes.filter(({ type, operation }) => type === 'EVENT' && operation === 'CREATED')
    if (added.length === 0) return filters.map(() => [])
    const ids = added.map(({ entityId }) => entityId)
    const met = await matchRows(events.model, ids, filters, run)
    return met.map((wanted) => added.filter(({ entityId }) => wanted.has(entityId)))
  },
  followsMerges: true,
  value: ({ entityId, position, committedAt }, epoch) =>
    ({ eventId: entityId, cursor: feedCursor(epoch, position), committedAt }) satisfies Added,
  record: { field: 'event', model: events.model },
}

const allChanges: Feed = {
  filter: ({ where }: { where?: Parameters<typeof changeFilter>[0] | null }) => ({
    filter: changeFilter(where ?? {}),
    price: 0,
  }),
  select: async (changes, filters: readonly ChangeFilter[]) =>
    filters.map((filter) => changes.filter((change) => matches(filter, change))),
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
        'Events as they are added, in the order of the log. `where` is asked of the event as it is when it is delivered; an event that comes to match it later is not an addition. Events that were retracted or merged since are left out. The id of a merged record stands for the record that it was merged into.',
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
