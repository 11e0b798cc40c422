// The API of the change log: its pages, its end, and the history of a record.

import { readHead } from '../changelog/position.ts'
import type { TrackedType as TrackedTypeValue } from '../db/generated/prisma/enums.ts'
import { feedCursor, readLogCursor } from '../domain/log-cursor.ts'
import { scopeError } from '../domain/scope.ts'
import { all, alwaysTrue, type ComparisonOperator, type Condition } from '../query/condition.ts'
import { type FieldPlan, type InterfaceKinds, planArguments } from '../query/field-plan.ts'
import { type Page, pageSizeOf } from '../query/page.ts'
import { builder } from './builder.ts'
import {
  type ChangedField,
  type ChangedPart,
  committedSince,
  countLog,
  type LoggedChange,
  readLog,
} from './change.sql.ts'
import { ChangeOperation, ChangeWhere, type ChangeWhereInput, changeCondition, TrackedType } from './change-where.ts'
import { describedEnum } from './fields/enum.ts'
import type { QueryFields } from './fields/pothos.ts'

const PartOperation = describedEnum<ChangedPart['operation']>('PartOperation', 'The kinds of change of a part.', {
  ADDED: 'The part was added. The old values are null.',
  REMOVED: 'The part was removed. The new values are null, and its id returns null.',
  CHANGED: 'Fields of the part were changed.',
})

const FieldChange = builder.objectRef<ChangedField>('FieldChange').implement({
  description: 'A field of a record, or of a part of one, with its value before and after a change.',
  fields: (t) => ({
    field: t.exposeString('field', {
      description:
        'The name of the field in this API, such as "title". A reference has the name of the field that returns the record.',
    }),
    old: t.expose('old', {
      type: 'JSON',
      nullable: true,
      description:
        'The value before the change, as this API writes it; null if there was none. A reference is a global id. A date is an object with the changed ones of the fields of `FuzzyDate`, of which `label` and `edtf` are written without a sense.',
    }),
    new: t.expose('new', {
      type: 'JSON',
      nullable: true,
      description: 'The value after the change, in the same form; null if there is none.',
    }),
  }),
})

const PartChange = builder.objectRef<ChangedPart>('PartChange').implement({
  description: 'A part of a record that was added, removed or changed, such as a participant of an event.',
  fields: (t) => ({
    list: t.exposeString('list', {
      description: 'The name of the list in this API that contains the part, such as "participants".',
    }),
    operation: t.expose('operation', { type: PartOperation, description: 'The kind of change.' }),
    partId: t.expose('partId', {
      type: 'ID',
      nullable: true,
      description: 'The global id of the part. Null for `reasonEvents`, whose field `event` names the event.',
    }),
    fields: t.expose('fields', {
      type: [FieldChange],
      description:
        'The changed fields of the part, by name. References to the record itself are left out, unless the part was moved from or to another record.',
    }),
  }),
})

const typeNames = {
  ACTOR: 'ActorChange',
  EVENT: 'EventChange',
  SANCTION: 'SanctionChange',
  SOURCE: 'SourceChange',
} as const satisfies Record<TrackedTypeValue, string>

const fromRow = (name: string) => ({ fieldPlan: { kind: 'functionOfRow', name } satisfies FieldPlan })

export const ChangeType = builder.interfaceRef<LoggedChange>('Change').implement({
  description: 'The changes that one transaction made to one record and its parts.',
  resolveType: ({ type }) => typeNames[type],
  extensions: { kinds: { column: 'type', types: typeNames } satisfies InterfaceKinds },
  fields: (t) => ({
    cursor: t.string({
      description: 'The position of the change in the change log. Pass it as `after` to continue from there.',
      extensions: fromRow('change_cursor'),
      resolve: ({ cursor }) => cursor,
    }),
    type: t.expose('type', { type: TrackedType, description: 'The type of the record.' }),
    recordId: t.id({
      description: 'The global id of the record, also if it was erased.',
      extensions: fromRow('changed_record'),
      resolve: ({ recordId }) => recordId,
    }),
    operation: t.expose('operation', { type: ChangeOperation, description: 'The kind of change.' }),
    version: t.exposeInt('version', {
      description: 'The version of the record after the change. Each change increments it by one.',
    }),
    committedAt: t.expose('committedAt', {
      type: 'DateTime',
      description:
        'Time at which the change was added to the change log, in UTC: immediately after its transaction was committed.',
    }),
    fields: t.field({
      type: [FieldChange],
      description: 'The changed fields of the record itself, by name. For a new record: all fields with a value.',
      extensions: fromRow('changed_fields'),
      resolve: ({ fields }) => fields,
    }),
    parts: t.field({
      type: [PartChange],
      description:
        'The changed parts of the record, by list. Each is listed once, however often the transaction wrote it.',
      extensions: fromRow('changed_parts'),
      resolve: ({ parts }) => parts,
    }),
    author: t.string({
      nullable: true,
      description:
        'Who made the change: the name that an administrator gave to the API key, or "import" and the name of the importer. Null for other writers, and if the key does not exist any more.',
      extensions: fromRow('change_author'),
      resolve: ({ author }) => author,
    }),
    writer: t.string({
      nullable: true,
      description:
        'Who made the change, exactly: "key" and the prefix of the key, "token" with its issuer and subject, an importer, or a role of the database. Requires the scope "admin".',
      authScopes: { scope: 'admin' },
      unauthorizedError: (_root, _args, { viewer }) => scopeError('admin', viewer),
      extensions: { fieldPlan: { kind: 'column', column: 'writer', scope: 'admin' } satisfies FieldPlan },
      resolve: ({ writer }) => writer,
    }),
  }),
})

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

/** The arguments of a page of the change log. */
interface LogArgs {
  first?: number | null
  after?: string | null
  last?: number | null
  before?: string | null
  since?: Date | null
  where?: ChangeWhereInput | null
}

/** Returns the plan of a page of the log. Throws a UserError if an argument is not valid. */
function planLog(args: LogArgs, defaultSize: number): { page: Page; where: Condition } {
  const { size, isBackward } = pageSizeOf({ defaultSize }, args)
  const bound = (cursor: string | null | undefined, operator: ComparisonOperator): Condition => {
    if (cursor == null) return alwaysTrue
    const { epoch, position } = readLogCursor(cursor)
    return { column: 'position', operator, value: `${position} ${epoch}`, through: 'log_position' }
  }
  const page: Page = {
    list: 'feed',
    order: 'LOG',
    size,
    isBackward,
    keys: [{ path: [], column: 'position', type: 'id', isDescending: isBackward }],
    cursorBound: all(bound(args.after, '>'), bound(args.before, '<')),
    cursorFunction: 'log_cursor',
    startsAtCursor: (isBackward ? args.before : args.after) != null,
  }
  return { page, where: all(changeCondition(args.where ?? {}), args.since ? committedSince(args.since) : alwaysTrue) }
}

/** Returns the field plan of a page of the log; with `parentCondition`, of the changes of a record. */
const logPlan = (defaultSize: number, parentCondition?: Condition): FieldPlan => ({
  kind: 'connection',
  source: { model: 'Change', ...(parentCondition && { parentCondition }) },
  bindArguments: (args: LogArgs) => {
    const { page, where } = planLog(args, defaultSize)
    return planArguments([where, page.cursorBound], { page, isFiltered: args.where != null || args.since != null })
  },
})

/** Reads a page of the log; with `ofRecord`, of the changes of a record. */
async function logPage(args: LogArgs, defaultSize: number, ofRecord: Condition = alwaysTrue) {
  const plan = planLog(args, defaultSize)
  const { page } = plan
  const where = all(ofRecord, plan.where)
  const changes = await readLog(where, page)
  const hasMore = changes.length > page.size
  const nodes = changes.slice(0, page.size)
  if (page.isBackward) nodes.reverse()
  return {
    edges: nodes.map((node) => ({ cursor: node.cursor, node })),
    nodes,
    pageInfo: {
      hasNextPage: page.isBackward ? page.startsAtCursor : hasMore,
      hasPreviousPage: page.isBackward ? hasMore : page.startsAtCursor,
      startCursor: nodes[0]?.cursor ?? null,
      endCursor: nodes.at(-1)?.cursor ?? null,
    },
    totalCount: () => countLog(where),
  }
}

/** The default page sizes of the log and of the history of a record. */
const LOG = 20
const HISTORY = 10

/** The field plan of the history of a record. */
export const historyPlan: FieldPlan = logPlan(HISTORY, { column: 'entityId', parentColumn: 'id' })

/** Reads a page of the history of a record. */
export const readHistory = (id: string, args: LogArgs) =>
  logPage(args, HISTORY, { column: 'entityId', operator: '=', value: id })

/** Returns the arguments of a page of the change log. */
export const logArgs = ({ arg }: Pick<QueryFields, 'arg'>) => ({
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
  where: arg({ type: ChangeWhere, description: 'Conditions that the changes must match. Default: no conditions.' }),
})

const cursorPlan: FieldPlan = {
  kind: 'sql',
  rows: () => 'SELECT log_cursor(log_head()) AS value',
  bindArguments: () => planArguments([]),
}

builder.queryFields((t) => ({
  feedCursor: t.string({
    description:
      'The cursor at the end of the change log. Read this cursor, then the data, then subscribe with the cursor as `after`, and no change is missed.',
    extensions: { fieldPlan: cursorPlan },
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
    args: logArgs(t),
    extensions: { fieldPlan: logPlan(LOG) },
    resolve: (_root, args) => logPage(args, LOG),
  }),
}))
