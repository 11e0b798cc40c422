// The API of the change log: its pages, its end, and the history of a record.

import { type Change, type ChangeFilter, countChanges, readChanges } from '../changelog/change.ts'
import { feedCursor, positionOf, readHead } from '../changelog/position.ts'
import { reads } from '../db/client.ts'
import type {
  ChangeOperation as ChangeOperationValue,
  TrackedType as TrackedTypeValue,
} from '../db/generated/prisma/enums.ts'
import { UserError } from '../domain/errors.ts'
import { readId, writeId } from '../domain/id.ts'
import { pageSizeOf } from '../query/page.ts'
import { actorTypes, typeOfKind } from './actor-kind.ts'
import { builder } from './builder.ts'
import { describedEnum } from './fields/enum.ts'
import type { QueryFields } from './fields/pothos.ts'

const TrackedType = describedEnum<TrackedTypeValue>(
  'TrackedType',
  'The types of record whose changes are recorded in the change log.',
  {
    ACTOR: 'An actor, with its names, identifiers, relationships, births, detentions and citations.',
    EVENT: 'An event, with its participants, links, identifiers and citations.',
    SANCTION: 'A sanction, with its targets, actions, reasons, identifiers and citations.',
    SOURCE: 'A source, with its identifiers.',
  },
)

const ChangeOperation = describedEnum<ChangeOperationValue>('ChangeOperation', 'The kinds of change of a record.', {
  CREATED: 'The record was created.',
  UPDATED: 'The record, or a part of it, was changed.',
  RETRACTED: 'The record was retracted.',
  MERGED: 'The record was merged into another record, which its id and slug now return.',
  UNMERGED: 'A merge of the record was undone. Its id and slug return the record itself again.',
  RESTORED: 'The retraction of the record was undone.',
  ERASED:
    'The person was erased. The entry that says so has this operation, and so do all earlier entries of the person, which have lost their content.',
})

export const ChangeWhere = builder.inputType('ChangeWhere', {
  description: 'Conditions on changes. All given conditions must match. Null conditions are ignored.',
  fields: (t) => ({
    types: t.field({ type: [TrackedType], description: 'The type of the record is one of these.' }),
    operations: t.field({ type: [ChangeOperation], description: 'The operation is one of these.' }),
    ids: t.field({ type: ['ID'], description: 'The record is one of these.' }),
  }),
})

interface ChangeWhereInput {
  types?: readonly TrackedTypeValue[] | null
  operations?: readonly ChangeOperationValue[] | null
  ids?: readonly string[] | null
}

const typeNames = { EVENT: 'Event', SANCTION: 'Sanction', SOURCE: 'Source' } as const

const trackedTypeNames = [...Object.values(typeNames), ...actorTypes]

/** Returns the filter of a `where` argument. Throws a UserError if an id is not the id of a record in the change log. */
export function changeFilter({ types, operations, ids }: ChangeWhereInput): ChangeFilter {
  return { types, operations, entityIds: ids?.map(trackedId) }
}

function trackedId(text: string): string {
  const { type, id } = readId(text)
  if (!trackedTypeNames.includes(type))
    throw new UserError(
      `The change log has no changes of type ${type}: pass the id of a record of type ${trackedTypeNames.join(', ')}.`,
    )
  return id
}

/** A change with the epoch of its change log. */
export interface ChangeInLog extends Change {
  epoch: string
}

export const ChangeType = builder.objectRef<ChangeInLog>('Change').implement({
  description: 'The changes that one transaction made to one record and its parts.',
  fields: (t) => ({
    cursor: t.string({
      description: 'The position of the change in the change log. Pass it as `after` to continue from there.',
      resolve: ({ epoch, position }) => feedCursor(epoch, position),
    }),
    type: t.expose('type', { type: TrackedType, description: 'The type of the record.' }),
    operation: t.expose('operation', { type: ChangeOperation, description: 'The kind of change.' }),
    version: t.exposeInt('version', {
      description: 'The version of the record after the change. Each change increments it by one.',
    }),
    before: t.field({
      type: 'JSON',
      nullable: true,
      description: 'The changed columns before the change; null if there were none.',
      resolve: ({ before }) => before,
    }),
    after: t.field({
      type: 'JSON',
      nullable: true,
      description: 'The changed columns after the change. For a new record: all columns.',
      resolve: ({ after }) => after,
    }),
    children: t.field({
      type: 'JSON',
      nullable: true,
      description:
        'The changed parts of the record, such as `{ participants: { added: [...], removed: [...], changed: [{ before, after }] } }`.',
      resolve: ({ children }) => children,
    }),
    writer: t.exposeString('writer', {
      description: 'The author of the change, such as "key dl_1a2b3c4d" or "import ofac".',
    }),
    committedAt: t.expose('committedAt', {
      type: 'DateTime',
      description:
        'Time at which the change was added to the change log, in UTC: immediately after its transaction was committed.',
    }),
    entityId: t.id({
      description: 'The id of the record, also if it was erased.',
      resolve: async ({ type, entityId }) => writeId(await typeOf(type, entityId), entityId),
    }),
    entity: t.node({
      description: 'The record in its current state, even if it was retracted or merged; null if it was erased.',
      id: async ({ type, entityId }) => ({ type: await typeOf(type, entityId), id: entityId }),
    }),
  }),
})

/** Returns the GraphQL type of a record. An actor that does not exist is a person who was erased. */
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
    fields: (t) => ({
      totalCount: t.int({
        description: 'The number of retained changes on all pages together. Computed only when selected.',
        resolve: (page) => (page as Partial<CompleteLog>).totalCount?.() ?? 0,
      }),
    }),
  },
  { name: 'ChangeEdge', description: 'One change of a page, with its cursor.' },
)

/** The function of a page of the change log that concerns all pages. */
interface CompleteLog {
  totalCount(): Promise<number>
}

interface ChangePageArgs {
  first?: number | null
  after?: string | null
  last?: number | null
  before?: string | null
  since?: Date | null
}

/** Reads a page of the change log, from one of its ends or from a cursor. */
export async function changePage(
  { first, after, last, before, since }: ChangePageArgs,
  where: ChangeFilter,
  defaultSize: number,
) {
  const { size, isBackward } = pageSizeOf({ defaultSize }, { first, last })
  const filter = { ...where, since }
  const head = await readHead('reads')
  const start = after == null ? head.oldest : positionOf(after, head)
  const end = before == null ? undefined : positionOf(before, head)
  const changes = await readChanges(start, size + 1, filter, { before: end, isBackward })
  const hasMore = changes.length > size
  const edges = (isBackward ? changes.slice(-size) : changes.slice(0, size)).map((change) => ({
    cursor: feedCursor(head.epoch, change.position),
    node: { ...change, epoch: head.epoch },
  }))
  return {
    edges,
    nodes: edges.map(({ node }) => node),
    pageInfo: {
      hasNextPage: isBackward ? before != null : hasMore,
      hasPreviousPage: isBackward ? hasMore : after != null,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
    totalCount: () => countChanges(head.oldest, filter),
  }
}

/** Returns the arguments of a page of the change log. */
export const changePageArgs = ({ arg }: Pick<QueryFields, 'arg'>) => ({
  first: arg.int({
    description:
      'The page size, counted from the oldest change or from `after`: 1 to 100. Cannot be combined with `last`.',
  }),
  after: arg.string({ description: 'Return only changes after this cursor of the change log.' }),
  last: arg.int({
    description:
      'The page size, counted from the newest change or from `before`: 1 to 100. The page itself is in the order of the log. Cannot be combined with `first`.',
  }),
  before: arg.string({ description: 'Return only changes before this cursor of the change log.' }),
  since: arg({ type: 'DateTime', description: 'Return only changes that were committed at or after this time.' }),
})

builder.queryFields((t) => ({
  feedCursor: t.string({
    description:
      'The cursor at the end of the change log. Read this cursor, then the data, then subscribe with the cursor as `after`, and no change is missed.',
    resolve: async () => {
      const { epoch, position } = await readHead('reads')
      return feedCursor(epoch, position)
    },
  }),
  changes: t.field({
    type: ChangeConnection,
    nullable: true,
    description:
      'The change log, the oldest retained change first. The newest changes are those of `last`. To poll for new changes, pass the last cursor as `after`. Default page size: 20.',
    args: {
      ...changePageArgs(t),
      where: t.arg({
        type: ChangeWhere,
        description: 'Conditions that the changes must match. Default: no conditions.',
      }),
    },
    resolve: (_root, { where, ...page }) => changePage(page, changeFilter(where ?? {}), 20),
  }),
}))
