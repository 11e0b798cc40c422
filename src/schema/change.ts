// The change log as the API shows it: a page of it, its end, and the history of one record.
import { reads } from '../db/client.ts'
import type {
  ChangeOperation as ChangeOperationValue,
  TrackedType as TrackedTypeValue,
} from '../db/generated/prisma/enums.ts'
import { DomainError } from '../domain/errors.ts'
import { readId } from '../domain/id.ts'
import { feedCursor, positionOf, readHead } from '../log/position.ts'
import { type Change, type ChangeFilter, readChanges } from '../log/read.ts'
import { sizeOf } from '../plan/page.ts'
import { actorTypes, typeOfKind } from './actor-kind.ts'
import { builder } from './builder.ts'
import { describedEnum } from './declare/enum.ts'
import type { QueryFields } from './declare/pothos.ts'

const TrackedType = describedEnum<TrackedTypeValue>('TrackedType', 'The kinds of record whose changes the log holds.', {
  ACTOR: 'A person, a country or another actor, with its names, keys, relationships, detentions and citations.',
  EVENT: 'An event, with those who take part, its links, keys and citations.',
  SANCTION: 'A sanction, with its targets, actions, reasons, keys and citations.',
  SOURCE: 'A source, with its keys.',
})

const ChangeOperation = describedEnum<ChangeOperationValue>('ChangeOperation', 'What a change did to a record.', {
  CREATED: 'It was added.',
  UPDATED: 'It, or something that belongs to it, was changed.',
  RETRACTED: 'It was withdrawn.',
  MERGED: 'It turned out to be another record, and leads there from now on.',
})

export const ChangeWhere = builder.inputType('ChangeWhere', {
  description: 'Which changes. What is asked together has to hold together; a null asks nothing.',
  fields: (t) => ({
    types: t.field({ type: [TrackedType], description: 'Of these kinds of record.' }),
    operations: t.field({ type: [ChangeOperation], description: 'That did one of these.' }),
    ids: t.field({ type: ['ID'], description: 'Of these records.' }),
  }),
})

interface AskedChanges {
  types?: readonly TrackedTypeValue[] | null
  operations?: readonly ChangeOperationValue[] | null
  ids?: readonly string[] | null
}

const typeNames = { EVENT: 'Event', SANCTION: 'Sanction', SOURCE: 'Source' } as const

const tracked = [...Object.values(typeNames), ...actorTypes]

export function changeFilter({ types, operations, ids }: AskedChanges): ChangeFilter {
  return { types, operations, entityIds: ids?.map(trackedId) }
}

function trackedId(text: string): string {
  const { type, id } = readId(text)
  if (!tracked.includes(type))
    throw new DomainError(`Changes of the type ${type} are not kept: pass the id of one of ${tracked.join(', ')}.`)
  return id
}

/** A change with the log that it is in. */
export interface ChangeInLog extends Change {
  epoch: string
}

export const ChangeType = builder.objectRef<ChangeInLog>('Change').implement({
  description: 'What one transaction changed of one record, with all that belongs to it.',
  fields: (t) => ({
    cursor: t.string({
      description: 'Its place in the log, to go on from.',
      resolve: ({ epoch, position }) => feedCursor(epoch, position),
    }),
    type: t.expose('type', { type: TrackedType, description: 'What kind of record changed.' }),
    operation: t.expose('operation', { type: ChangeOperation, description: 'What was done to it.' }),
    version: t.exposeInt('version', { description: "The record's version after it; it rises by one at a time." }),
    before: t.field({
      type: 'JSON',
      nullable: true,
      description: 'The columns that changed, as they were; null where there was nothing.',
      resolve: ({ before }) => before,
    }),
    after: t.field({
      type: 'JSON',
      nullable: true,
      description: 'The columns that changed, as they are after it; of a record that was added all of them.',
      resolve: ({ after }) => after,
    }),
    children: t.field({
      type: 'JSON',
      nullable: true,
      description:
        'What changed of that which belongs to it, such as `{ participants: { added: [...], removed: [...], changed: [{ before, after }] } }`.',
      resolve: ({ children }) => children,
    }),
    writer: t.exposeString('writer', { description: 'Who changed it, such as "key dl_1a2b3c4d" or "import ofac".' }),
    committedAt: t.expose('committedAt', {
      type: 'DateTime',
      description: 'When it came into the log, UTC: at once after its transaction.',
    }),
    entity: t.node({
      description: 'The record as it is now, under its own id even where it was withdrawn or merged.',
      id: async ({ type, entityId }) => ({ type: await typeOf(type, entityId), id: entityId }),
    }),
  }),
})

async function typeOf(type: TrackedTypeValue, id: string): Promise<string> {
  if (type !== 'ACTOR') return typeNames[type]
  const actor = await reads.actor.findUnique({ where: { id }, select: { kind: true } })
  return typeOfKind[actor?.kind ?? 'PERSON']
}

export const ChangeConnection = builder.connectionObject(
  {
    type: ChangeType,
    name: 'ChangeConnection',
    description: 'One page of the change log.',
  },
  { name: 'ChangeEdge', description: 'One change, with its place in the log.' },
)

interface PageArgs {
  first?: number | null
  after?: string | null
}

/** A page of the log from its start, or from after a cursor, on. */
export async function changePage({ first, after }: PageArgs, filter: ChangeFilter, usualSize: number) {
  const { size } = sizeOf({ usualSize }, { first })
  const head = await readHead('reads')
  const start = after == null ? head.oldest : positionOf(after, head)
  const found = await readChanges(start, size + 1, filter)
  const edges = found
    .slice(0, size)
    .map((change) => ({ cursor: feedCursor(head.epoch, change.position), node: { ...change, epoch: head.epoch } }))
  return {
    edges,
    nodes: edges.map(({ node }) => node),
    pageInfo: {
      hasNextPage: found.length > size,
      hasPreviousPage: after != null,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
  }
}

/** The arguments of a page of the log, which is read forward alone. */
export const changePageArgs = ({ arg }: Pick<QueryFields, 'arg'>) => ({
  first: arg.int({ description: 'How many from the oldest on, or after a cursor: from 1 to 100.' }),
  after: arg.string({ description: 'A cursor of the log: only what comes after it.' }),
})

builder.queryFields((t) => ({
  feedCursor: t.string({
    description:
      'The end of the change log. What is read after it, and followed from it, leaves no change out in between.',
    resolve: async () => {
      const { epoch, position } = await readHead('reads')
      return feedCursor(epoch, position)
    },
  }),
  changes: t.field({
    type: ChangeConnection,
    description:
      'The change log from the oldest change that is kept on. To follow it, ask again after the last cursor.',
    args: { ...changePageArgs(t), where: t.arg({ type: ChangeWhere, description: 'Which changes; all without it.' }) },
    resolve: (_root, { where, ...page }) => changePage(page, changeFilter(where ?? {}), 20),
  }),
}))
