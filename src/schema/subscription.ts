// What can be followed. Each field says which of the log's changes it gives, so that those who ask the same are served at once.
import { db } from '../db/client.ts'
import { feedCursor } from '../log/position.ts'
import { type Change, matches } from '../log/read.ts'
import { all, toPrisma } from '../plan/predicate.ts'
import { listCondition } from '../plan/table.ts'
import { builder } from './builder.ts'
import { type ChangeInLog, ChangeType, ChangeWhere, changeFilter } from './change.ts'
import { whereOf } from './declare/table/input.ts'
import { Event, events } from './event.ts'

/** Gives what is wanted of a stretch of the log: the changes, each with the value that the field is resolved over. */
export type Following = (changes: readonly Change[], epoch: string) => Promise<{ change: Change; value: object }[]>

/** What a field of Subscription is, as its extension `feed` says it: throws a DomainError where its arguments are wrong. */
export type Feed = (args: never) => Following

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
      resolve: (query, { eventId }) => db.event.findUniqueOrThrow({ ...query, where: { id: eventId } }),
    }),
  }),
})

function followAdded({ where }: { where?: object | null }): Following {
  const condition = listCondition(events, where)
  return async (changes, epoch) => {
    const added = changes.filter(({ type, operation }) => type === 'EVENT' && operation === 'CREATED')
    if (added.length === 0) return []
    const ids = added.map(({ entityId }) => entityId)
    const found = await db.event.findMany({
      where: toPrisma(all({ column: 'id', op: 'in', value: ids }, condition)),
      select: { id: true },
    })
    const wanted = new Set(found.map(({ id }) => id))
    return added
      .filter(({ entityId }) => wanted.has(entityId))
      .map((change) => ({
        change,
        value: {
          eventId: change.entityId,
          cursor: feedCursor(epoch, change.position),
          committedAt: change.committedAt,
        } satisfies Added,
      }))
  }
}

function followChanges({ where }: { where?: Parameters<typeof changeFilter>[0] | null }): Following {
  const filter = changeFilter(where ?? {})
  return async (changes, epoch) =>
    changes
      .filter((change) => matches(filter, change))
      .map((change) => ({ change, value: { ...change, epoch } satisfies ChangeInLog }))
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
      extensions: { feed: followAdded satisfies Feed },
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
      extensions: { feed: followChanges satisfies Feed },
      subscribe: unserved<ChangeInLog>,
      resolve: (change) => change,
    }),
  }),
})

/** The server serves feeds itself, once for all who ask the same. */
function unserved<T>(): AsyncIterable<T> {
  throw new Error('A feed is opened by the server, not by graphql-js.')
}
