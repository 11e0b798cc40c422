import type { GraphQLResolveInfo } from 'graphql'
import { reads } from '../db/client.ts'
import type {
  SanctionMeasure as Measure,
  RestrictionScope as Scope,
  SanctionStatus as Status,
} from '../db/generated/prisma/enums.ts'
import type { FieldPlan, SqlPlanContext } from '../query/field-plan.ts'
import { planArguments } from '../query/field-plan.ts'
import { knowledgeArguments, knowledgeCondition, knowledgeOf, timeSql } from '../query/knowledge.ts'
import { countRows, type ListQuery, readRows } from '../query/list-query.ts'
import { type LoadedRow, planPage, toConnection } from '../query/page.ts'
import { readSqlRows } from '../query/sql-rows.ts'
import { Actor } from './actor.ts'
import { builder } from './builder.ts'
import { Citation } from './citation.ts'
import { connectionTypesOf } from './fields/connection/connection-types.ts'
import {
  type ConnectionArgs,
  connectionArgs,
  listDefinitionOf,
  pagedArguments,
} from './fields/connection/list-definition.ts'
import { rowCondition } from './fields/connection/plan.ts'
import { selectedNames, selectsPath, selectsRows } from './fields/connection/selected-names.ts'
import { knownAtArg } from './fields/model-fields.ts'
import { type ArgBuilder, prismaQueryFor, untyped } from './fields/pothos.ts'
import { listSchema } from './filters/list-schema.ts'
import { Licence } from './licence.ts'
import { RestrictionScope, Sanction, SanctionMeasure, SanctionStatus } from './sanction.ts'

const ROW_FUNCTION = 'restrictions'

/** The records of one restriction, loaded by the resolvers. */
interface LoadedRestriction {
  target: object | null
  authority: object
  sanction: object
  measures: Measure[]
  scope: Scope
  status: Status
  confirmedUntil: Date | null
  licences: object[]
  citations: object[]
  files: string[]
}

const restrictions = listSchema('Restriction', 'Restriction', (c) => ({
  where: {
    status: c.enum('status', SanctionStatus),
    scope: c.enum('scope', RestrictionScope),
    measures: c.enumList('measures', SanctionMeasure),
    target: c.toOne('target', 'Actor'),
    authority: c.toOne('authority', 'Actor'),
    sanction: c.toOne('sanction', 'Sanction'),
  },
  visible: { column: 'isTargetRetracted', operator: '=', value: false },
}))

const related = (relation: string): { fieldPlan: FieldPlan } => ({
  fieldPlan: { kind: 'relatedRecord', path: [relation] },
})

const column = (name: string): { fieldPlan: FieldPlan } => ({ fieldPlan: { kind: 'column', column: name } })

const array = (model: string, name: string): { fieldPlan: FieldPlan } => ({
  fieldPlan: { kind: 'recordsByArray', model, column: name },
})

const Restriction = builder.objectRef<LoadedRestriction>('Restriction').implement({
  description:
    'What restricts an actor on a day: an entry of a sanctions list, or a sanction on it, whatever its status. The status is what is known of the day, else UNKNOWN.',
  fields: (t) => ({
    target: t.field({
      type: Actor,
      nullable: true,
      description: 'The restricted actor; null for a sanction without targets, such as one on a sector.',
      extensions: related('target'),
      resolve: ({ target }) => untyped(target),
    }),
    authority: t.field({
      type: Actor,
      description: 'The authority that imposes the restriction.',
      extensions: related('authority'),
      resolve: ({ authority }) => untyped(authority),
    }),
    sanction: t.field({
      type: Sanction,
      description: 'The sanction, as it is now.',
      extensions: related('sanction'),
      resolve: ({ sanction }) => untyped(sanction),
    }),
    measures: t.expose('measures', {
      type: [SanctionMeasure],
      description: 'The measures of the sanction.',
      extensions: column('measures'),
    }),
    scope: t.expose('scope', {
      type: RestrictionScope,
      description: 'What is restricted: a PARTY, a SECTOR or GOODS. An entry of a list is a PARTY.',
      extensions: column('scope'),
    }),
    status: t.expose('status', {
      type: SanctionStatus,
      description: 'The status on the day.',
      extensions: column('status'),
    }),
    confirmedUntil: t.expose('confirmedUntil', {
      type: 'Date',
      nullable: true,
      description:
        'The day of the last snapshot of a sanctions list that contains the entry; null if no snapshot has contained it. A later status IN_FORCE is neither confirmed nor contradicted by a snapshot.',
      extensions: column('confirmedUntil'),
    }),
    licences: t.field({
      type: [Licence],
      description:
        'The licences, as they are now, that are or may be valid on the day. A licence does not change the status, and its end is not the end of the sanction.',
      extensions: array('Licence', 'licenceIds'),
      resolve: ({ licences }) => untyped(licences),
    }),
    citations: t.field({
      type: [Citation],
      description: 'The citations, as they are now, of the sanction and of the actions on it and on the target.',
      extensions: array('Citation', 'citationIds'),
      resolve: ({ citations }) => untyped(citations),
    }),
    files: t.exposeStringList('files', {
      description:
        'SHA-256 hashes of the contents of the files of the first and of the last import that saw the entry, 64 hex digits each; empty if no import of a list saw it.',
      extensions: column('files'),
    }),
  }),
})

/** The arguments of a field with restrictions. */
interface OnArgs {
  on: Date
  knownAt?: Date | null
}

const onArgs = (t: ArgBuilder) => ({
  on: t.arg({ type: 'Date', required: true, description: 'The day.' }),
  ...knownAtArg(t),
})

/** The most restrictions of one actor. */
const MAX_OF_ACTOR = 1000

const ofActorPlan = {
  kind: 'sql',
  model: 'Restriction',
  rows: ({ planArguments: { knowledge }, names, recordId }: SqlPlanContext) => {
    if (!knowledge) return undefined
    const row = names.alias()
    // An actor that was merged into another one at the time had the restrictions of that one.
    const target = knowledge.known ? `survivor_known(${recordId()}, ${timeSql(knowledge.known, names)})` : recordId()
    return `select ${row}.* from ${ROW_FUNCTION}(${knowledgeArguments(knowledge, names)}) ${row}
      where ${row}."targetId" = ${target} and ${knowledgeCondition(knowledge, names)}
      order by ${row}.id limit ${MAX_OF_ACTOR}`
  },
  bindArguments: ({ on, knownAt }: OnArgs) => planArguments([], { knowledge: knowledgeOf(on, knownAt) }),
} satisfies FieldPlan

builder.prismaInterfaceField(Actor, 'restrictions', (t) =>
  t.field({
    type: [Restriction],
    description:
      'What restricts the actor on a day: one for each entry on a list and for each sanction on it, whatever its status, in the order in which they were recorded.',
    args: untyped(onArgs(untyped(t))),
    select: { id: true },
    extensions: { fieldPlan: ofActorPlan },
    resolve: async ({ id }, args, context, info) => {
      const rows = await readSqlRows<LoadedRow>(ofActorPlan, args, { id })
      return loadRecords(rows, { context, info, paths: [[]] })
    },
  }),
)

const options = { listSchema: restrictions, defaultOrder: [], description: '' }
const listDefinition = listDefinitionOf('Query.restrictions', options, 20)

const bindArguments = (args: OnArgs & ConnectionArgs) => ({
  ...pagedArguments(planPage(listDefinition, args), rowCondition(options, args.where), args),
  knowledge: knowledgeOf(args.on, args.knownAt),
})

const restrictionsField = (t: ArgBuilder & { connection: unknown }) => {
  const field = {
    type: Restriction,
    nullable: true,
    description:
      'What restricts actors on a day: one for each entry on a list and for each sanction on an actor, and for each sanction without targets, whatever its status, in the order in which they were recorded.',
    args: { ...onArgs(t), ...connectionArgs(t, options) },
    extensions: {
      fieldPlan: { kind: 'connection', source: { model: 'Restriction', rowFunction: ROW_FUNCTION }, bindArguments },
    },
    resolve: async (_root: object, args: OnArgs & ConnectionArgs, context: object, info: GraphQLResolveInfo) => {
      const { page, conditions, knowledge } = bindArguments(args)
      const list: ListQuery = { model: 'Restriction', rowFunction: ROW_FUNCTION, knowledge, where: conditions[0] }
      const rows = selectsRows(selectedNames(info)) ? await readRows(list, page, (alias) => `${alias}.*`) : []
      const loaded = await loadRecords(rows, { context, info, paths: [['edges', 'node'], ['nodes']] })
      return { ...toConnection(loaded, page, (row) => row), totalCount: () => countRows(list), listQuery: () => list }
    },
  }
  const connect = t.connection as (options: object, ...types: unknown[]) => never
  return connect.call(t, field, ...connectionTypesOf(Restriction))
}

builder.queryField('restrictions', (t) => restrictionsField(untyped(t)))

interface PrismaModel {
  findMany(query: object): Promise<LoadedRow[]>
}

interface Selection {
  context: object
  info: GraphQLResolveInfo
  /** The paths from the resolved field to the restrictions. */
  paths: string[][]
}

/** Returns the rows with the records that the document selects. */
async function loadRecords(
  rows: readonly LoadedRow[],
  { context, info, paths }: Selection,
): Promise<(LoadedRow & LoadedRestriction)[]> {
  const load = async (field: string, typeName: string, model: PrismaModel, ids: unknown[]) => {
    const fieldPaths = paths.map((path) => [...path, field])
    if (ids.length === 0 || !fieldPaths.some((path) => selectsPath(info, path))) return new Map<unknown, LoadedRow>()
    const query = prismaQueryFor({ context, info, typeName, paths: fieldPaths })
    const found = await model.findMany({ ...query, where: { id: { in: [...new Set(ids)] } } })
    return new Map(found.map((record) => [record.id, record]))
  }
  const idsOf = (name: string) => rows.flatMap((row) => (row[name] as string | string[] | null) ?? [])
  const [targets, authorities, sanctions, licences, citations] = await Promise.all([
    load('target', 'Actor', untyped(reads.actor), idsOf('targetId')),
    load('authority', 'Actor', untyped(reads.actor), idsOf('authorityId')),
    load('sanction', 'Sanction', untyped(reads.sanction), idsOf('sanctionId')),
    load('licences', 'Licence', untyped(reads.licence), idsOf('licenceIds')),
    load('citations', 'Citation', untyped(reads.citation), idsOf('citationIds')),
  ])
  const all = (records: ReadonlyMap<unknown, LoadedRow>, ids: unknown) =>
    (ids as string[]).flatMap((id): object[] => [records.get(id) ?? []].flat())
  return rows.map((row) => ({
    ...(row as LoadedRow & LoadedRestriction),
    measures: enumValues(row.measures) as Measure[],
    target: targets.get(row.targetId) ?? null,
    authority: authorities.get(row.authorityId) as object,
    sanction: sanctions.get(row.sanctionId) as object,
    licences: all(licences, row.licenceIds),
    citations: all(citations, row.citationIds),
  }))
}

/** Returns the values of an enum array, which the driver returns as a text such as {ASSET_FREEZE,TRAVEL_BAN}. */
const enumValues = (value: unknown): string[] =>
  Array.isArray(value)
    ? value
    : String(value ?? '{}')
        .slice(1, -1)
        .split(',')
        .filter(Boolean)
