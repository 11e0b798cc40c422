// The fields of Subscription. Each field declares which changes of the change log it delivers, so that the server can select and
// render a change once for all subscribers with the same arguments.

import type { Change } from '../changelog/change.ts'
import type { Select } from '../changelog/subscription-query.ts'
import { reads } from '../db/client.ts'
import { feedCursor } from '../domain/log-cursor.ts'
import type { ItemRecord } from '../query/compiler/subscription-items.ts'
import { matchBatch, type SubscriptionFilter, subscriptionFilter } from '../query/filter-batch.ts'
import { listCondition } from '../query/list-schema.ts'
import { builder } from './builder.ts'
import { type LoggedChange, readLog } from './change.sql.ts'
import { ChangeType } from './change.ts'
import { ChangeWhere, type ChangeWhereInput, columnFilter, contentFilter } from './change-where.ts'
import { Event, editedOnly, events } from './event.ts'
import { whereInput } from './filters/list-inputs.ts'

/** The declaration of a field of Subscription, in its extension `feed`. */
export interface Feed {
  /** Returns the filter for the arguments, and its price. Throws a UserError if an argument is not valid. */
  filter(args: never): { filter: unknown; price: number }
  /** Selects the changes that match each of the filters. */
  select: Select
  /** Whether the id of a merged record in the arguments stands for the record that it was merged into. */
  followsMerges?: boolean
  /** Returns the value of the field for a change. */
  value(change: Change, epoch: string): object
  /** The rows from which the value is rendered. */
  record: ItemRecord
}

interface EventAddition {
  eventId: string
  cursor: string
  committedAt: Date
}

const EventAdded = builder.objectRef<EventAddition>('EventAdded').implement({
  description: 'An event that was created, with its position in the change log.',
  fields: (t) => ({
    cursor: t.exposeString('cursor', {
      description: 'The position of the event in the change log. Pass it as `after` to resume from there.',
    }),
    committedAt: t.expose('committedAt', {
      type: 'DateTime',
      description: 'Time at which the event was added to the change log, in UTC.',
    }),
    event: t.prismaField({
      type: Event,
      description: 'The event in its state at the time of delivery.',
      resolve: (query, { eventId }) => reads.event.findUniqueOrThrow({ ...query, where: { id: eventId } }),
    }),
  }),
})

const addedEvents: Feed = {
  filter: ({ where }: { where?: object | null }) => {
    const filter = subscriptionFilter(events.model, listCondition(events, where))
    return { filter, price: filter.price }
  },
  select: async (changes, filters: readonly SubscriptionFilter[], run) => {
    const added = changes.filter(({ type, operation }) => type === 'EVENT' && operation === 'CREATED')
    if (added.length === 0) return filters.map(() => [])
    const ids = added.map(({ entityId }) => entityId)
    const matches = await matchBatch(events.model, ids, filters, run)
    return matches.map((eventIds) => added.filter(({ entityId }) => eventIds.has(entityId)))
  },
  followsMerges: true,
  value: ({ entityId, position, committedAt }, epoch) =>
    ({ eventId: entityId, cursor: feedCursor(epoch, position), committedAt }) satisfies EventAddition,
  record: { field: 'event', model: events.model },
}

/** The filter of a subscription to changes: conditions on columns of a change, and others that the database tests. */
interface ChangeFilter {
  columns: ReturnType<typeof columnFilter>
  content: SubscriptionFilter | undefined
}

const matchesColumns = ({ types, operations, entityIds }: ChangeFilter['columns'], change: Change): boolean =>
  (types?.includes(change.type) ?? true) &&
  (operations?.includes(change.operation) ?? true) &&
  (entityIds?.includes(change.entityId) ?? true)

const allChanges: Feed = {
  filter: ({ where }: { where?: ChangeWhereInput | null }) => {
    const content = contentFilter(where ?? {})
    const filter: ChangeFilter = {
      columns: columnFilter(where ?? {}),
      content: content && subscriptionFilter('Change', content),
    }
    return { filter, price: filter.content?.price ?? 0 }
  },
  select: async (changes, filters: readonly ChangeFilter[], run) => {
    const possible = filters.map(({ columns }) => changes.filter((change) => matchesColumns(columns, change)))
    const tested = filters.flatMap(({ content }, i) => (content && possible[i]?.length ? [{ content, i }] : []))
    const positions = new Set(tested.flatMap(({ i }) => possible[i]?.map(({ position }) => position) ?? []))
    if (positions.size === 0) return possible.map((found, i) => (filters[i]?.content ? [] : found))
    const matched = await matchBatch(
      'Change',
      [...positions].map(String),
      tested.map(({ content }) => content),
      run,
    )
    const matches = new Map(tested.map(({ i }, index) => [i, matched[index]]))
    return possible.map((found, i) =>
      filters[i]?.content ? found.filter(({ position }) => matches.get(i)?.has(String(position))) : found,
    )
  },
  value: ({ position }) => ({ position }),
  record: { model: 'Change' },
}

const after =
  'A cursor of the change log. Changes after this cursor are delivered first, then new ones. Default: only new ones.'

builder.subscriptionType({
  description:
    'Subscriptions over server-sent events or WebSocket. Each change is delivered exactly once, in the order of the change log.',
  fields: (t) => ({
    eventAdded: t.field({
      type: EventAdded,
      description: `New events, in the order of the change log. ${editedOnly} \`where\` is evaluated when an event is delivered; an event that matches only after a later change is not delivered. Events that were retracted or merged before delivery are skipped. They are not delivered later if that is undone; a subscription from an earlier cursor delivers them at their position, and \`changes\` has the operations RESTORED and UNMERGED. In \`where\`, the id of a merged record stands for the record that it was merged into.`,
      args: {
        where: t.arg({
          type: whereInput(events.name),
          description: 'Conditions that the events must match. Default: only EDITED events.',
        }),
        after: t.arg.string({ description: after }),
      },
      extensions: { feed: addedEvents },
      subscribe: failSubscribe<EventAddition>,
      resolve: (added) => added,
    }),
    changes: t.field({
      type: ChangeType,
      description:
        'Changes of all records, in the order of the change log. `where` is evaluated when a change is delivered.',
      args: {
        where: t.arg({
          type: ChangeWhere,
          description: 'Conditions that the changes must match. Default: no conditions.',
        }),
        after: t.arg.string({ description: after }),
      },
      extensions: { feed: allChanges },
      subscribe: failSubscribe<Pick<LoggedChange, 'position'>>,
      resolve: async ({ position }) => {
        const [change] = await readLog({ column: 'position', operator: '=', value: position })
        if (!change) throw new Error(`The change log has no change at ${position}.`)
        return change
      },
    }),
  }),
})

/** Throws. The server opens a subscription itself, once for all subscribers with the same arguments. */
function failSubscribe<T>(): AsyncIterable<T> {
  throw new Error('The server opens a feed itself: graphql-js must not call this resolver.')
}
