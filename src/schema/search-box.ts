// One search in the records of all kinds.
import type { GraphQLResolveInfo } from 'graphql'
import { reads } from '../db/client.ts'
import { alwaysTrue } from '../query/condition.ts'
import { type FieldPlan, planArguments, type UnionRecords } from '../query/field-plan.ts'
import { readFoundRecords } from '../query/list-query.ts'
import { type ListDefinition, type LoadedRow, planPage, toConnection } from '../query/page.ts'
import { type FoundRecord, relevanceSort, searchBoxFor } from '../query/search.ts'
import { typeOfKind } from './actor-kind.ts'
import { Asset } from './asset.ts'
import { builder } from './builder.ts'
import { Country } from './country.ts'
import { Event } from './event.ts'
import { selectedNames, selectsRows } from './fields/connection/selected-names.ts'
import { describedEnum } from './fields/enum.ts'
import { prismaQueryFor, untyped } from './fields/pothos.ts'
import { asMember, typeOfRecord } from './fields/related-union.ts'
import { Group } from './group.ts'
import { Organization } from './organization.ts'
import { Person } from './person.ts'
import { Sanction } from './sanction.ts'
import { Source } from './source.ts'

type Kind = keyof typeof typeOfKind | 'EVENT' | 'SANCTION' | 'SOURCE'

const SearchKind = describedEnum<Kind>('SearchKind', 'The kinds of record that `search` finds.', {
  EVENT: 'Events, by the words of their titles and summaries.',
  PERSON: 'People, by any of their names.',
  COUNTRY: 'Countries and territories, by any of their names, capitals and adjectives.',
  ORGANIZATION: 'Organizations, by any of their names.',
  GROUP: 'Groups, by any of their names.',
  ASSET: 'Assets, such as vessels and aircraft, by any of their names.',
  SANCTION:
    'Sanctions, by the words of their titles, programmes, sectors and reasons, and by the names of their targets.',
  SOURCE: 'Sources, by their titles and publishers.',
})

const kindsByType = {
  Actor: Object.keys(typeOfKind),
  Event: ['EVENT'],
  Sanction: ['SANCTION'],
  Source: ['SOURCE'],
}

const SearchResult = builder.unionType('SearchResult', {
  description: 'A record that `search` finds.',
  types: [Event, Person, Country, Organization, Group, Asset, Sanction, Source],
  resolveType: (record) => typeOfRecord(record),
  extensions: { unionRecords: { column: 'kind', types: kindsByType } satisfies UnionRecords },
})

const SearchEdge = builder.edgeObject({
  type: SearchResult,
  name: 'SearchEdge',
  description: 'One found record of a page, with its cursor.',
  fields: (t) => ({
    score: t.float({
      description: 'How well the record matches the text, from 0 to 1. Scores of different kinds are comparable.',
      extensions: column('score'),
      resolve: (edge) => foundOf(edge).score,
    }),
    matched: t.string({
      description:
        'What matches the text: a name of the record, its title, or a name of the actor by whom the record was found.',
      extensions: column('matched'),
      resolve: (edge) => foundOf(edge).matched,
    }),
    snippet: t.string({
      nullable: true,
      description:
        'The part of the text of the record in which the words occur, the description of an actor, or the publisher of a source; null if it has none.',
      extensions: column('snippet'),
      resolve: (edge) => foundOf(edge).snippet,
    }),
  }),
})

const SearchConnection = builder.connectionObject(
  { type: SearchResult, name: 'SearchConnection', description: 'One page of found records, the best match first.' },
  SearchEdge,
)

function column(name: string) {
  return { fieldPlan: { kind: 'column', column: name } satisfies FieldPlan }
}

/** Returns the row of an edge that the resolver has made. */
const foundOf = (edge: object) => edge as FoundRecord

interface SearchArgs {
  text: string
  kinds?: readonly Kind[] | null
  first?: number | null
  after?: string | null
}

const list: ListDefinition = {
  name: 'Query.search',
  orderBy: { RELEVANCE: { ...relevanceSort, path: [] } },
  defaultOrder: [],
  defaultSize: 10,
  tieBreaker: 'id',
}

function bindArguments({ text, kinds, first, after }: SearchArgs) {
  const searchBox = searchBoxFor(text, kinds)
  const page = planPage(list, { first, after, search: text })
  return { ...planArguments([alwaysTrue, page.cursorBound], { page }), page, searchBox }
}

builder.queryField('search', (t) =>
  t.field({
    type: SearchConnection,
    nullable: true,
    description:
      'Records of all kinds that match a text, the best match first: at most 200 on all pages. Events are EDITED events. To filter, to sort or to count, use the argument `search` of the list of one kind.',
    args: {
      text: t.arg.string({
        required: true,
        description:
          'A text of 1 to 100 characters. It finds names in any script and spelling, and words in any grammatical form, even if misspelt.',
      }),
      kinds: t.arg({ type: [SearchKind], description: 'The kinds of record to find. Default: all kinds.' }),
      first: t.arg.int({
        description: 'The page size, counted from the best match or from `after`: 1 to 100. Default: 10.',
      }),
      after: t.arg.string({ description: 'Return only records after this cursor of a search for the same text.' }),
    },
    extensions: {
      fieldPlan: { kind: 'connection', source: { searchBox: true }, bindArguments } satisfies FieldPlan,
    },
    resolve: async (_root, args, context, info) => {
      const { page, searchBox } = bindArguments(args)
      const found = selectsRows(selectedNames(info)) ? await readFoundRecords(searchBox, page) : []
      const rows = await loadRecords(found, context, info)
      const { edges, ...connection } = toConnection(rows, page, ({ record }) => record)
      return untyped({ ...connection, edges: edges.map((edge, i) => ({ ...rows[i], ...edge, score: rows[i]?.score })) })
    },
  }),
)

interface PrismaModel {
  findMany(query: object): Promise<LoadedRow[]>
}

/** Returns the found rows, each with its record and the selected fields of it. Omits a record that does not exist any more. */
async function loadRecords(
  found: readonly FoundRecord[],
  context: object,
  info: GraphQLResolveInfo,
): Promise<(FoundRecord & LoadedRow)[]> {
  const load = async (type: keyof typeof kindsByType, model: PrismaModel) => {
    const paths = [['edges', 'node'], ['nodes']]
    // Finds the mistakes in arguments below, also if no record of the type was found.
    const query = prismaQueryFor({ context, info, select: { id: true }, typeName: type, paths })
    const ids = found.filter(({ kind }) => kindsByType[type].includes(kind)).map(({ id }) => id)
    if (ids.length === 0) return []
    const records = await model.findMany({ ...query, where: { id: { in: ids } } })
    return records.map((record) => asMember(record, type))
  }
  const loaded = await Promise.all([
    load('Actor', untyped(reads.actor)),
    load('Event', untyped(reads.event)),
    load('Sanction', untyped(reads.sanction)),
    load('Source', untyped(reads.source)),
  ])
  const records = new Map(loaded.flat().map((record) => [record.id, record]))
  return found.flatMap((row) => {
    const record = records.get(row.id)
    return record ? [{ ...row, record }] : []
  })
}
