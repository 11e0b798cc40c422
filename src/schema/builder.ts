import SchemaBuilder from '@pothos/core'
import PrismaPlugin from '@pothos/plugin-prisma'
import RelayPlugin from '@pothos/plugin-relay'
import ScopeAuthPlugin from '@pothos/plugin-scope-auth'
import type { GraphQLInterfaceType, GraphQLSchema } from 'graphql'
import { reads } from '../db/client.ts'
import type PrismaTypes from '../db/generated/pothos.ts'
import { getDatamodel } from '../db/generated/pothos.ts'
import { readId, tryReadId, unknownId, writeId } from '../domain/id.ts'
import { holds, type Scope, type Viewer } from '../domain/scope.ts'
import type { Condition } from '../query/condition.ts'
import { type FieldPlan, type NodeRows, planArguments } from '../query/field-plan.ts'

export interface SchemaTypes {
  Context: { viewer: Viewer }
  AuthScopes: { scope: Scope }
  PrismaTypes: PrismaTypes
  DefaultFieldNullability: false
  DefaultEdgesNullability: { list: false; items: false }
  DefaultNodeNullability: false
  Scalars: {
    Date: { Input: Date; Output: Date }
    DateTime: { Input: Date; Output: Date }
    ID: { Input: string; Output: string }
    JSON: { Input: unknown; Output: unknown }
  }
}

/** The types with global ids but without a table, by name. Their files add them. */
export const nodeRows = new Map<string, NodeRows>()

/** The types of the Prisma models by name. */
export type Models = PrismaTypes

const nodePlan: FieldPlan = {
  kind: 'recordById',
  nodeRows,
  bindArguments: ({ id: text }: { id: string }) => {
    const { type, id } = readId(text)
    return planArguments([{ column: 'id', operator: 'in', value: [id] }], { typeNames: [type] })
  },
}

/** The first condition has all keys in their order, and the others select the records of each type. */
const nodesPlan: FieldPlan = {
  kind: 'recordsByIds',
  nodeRows,
  bindArguments: ({ ids }: { ids: string[] }) => {
    const read = ids.map(tryReadId).map(({ type, id }) => (/^[A-Za-z]+$/.test(type) ? { type, id } : undefined))
    const idsByType = new Map<string, string[]>()
    for (const each of read) if (each) idsByType.set(each.type, [...(idsByType.get(each.type) ?? []), each.id])
    const keys = read.map((each) => (each ? `${each.type}:${each.id}` : ''))
    const typeNames = [...idsByType.keys()].sort()
    const idsOf = (type: string) => [...new Set(idsByType.get(type))]
    const conditions = typeNames.map((type): Condition => ({ column: 'id', operator: 'in', value: idsOf(type) }))
    return planArguments([{ column: 'key', operator: 'in', value: keys }, ...conditions], { typeNames })
  },
}

/** The schema builder. The types are declared in the files of the concepts. */
export const builder = new SchemaBuilder<SchemaTypes>({
  plugins: [ScopeAuthPlugin, RelayPlugin, PrismaPlugin],
  defaultFieldNullability: false,
  scopeAuth: {
    authScopes: ({ viewer }) => ({ scope: (scope) => holds(viewer, scope) }),
  },
  prisma: {
    client: () => reads,
    dmmf: getDatamodel(),
    exposeDescriptions: true,
    filterConnectionTotalCount: true,
  },
  relay: {
    nodesOnConnection: { description: 'The records of this page.' },
    pageInfoFieldOptions: { description: 'Information for requesting the next or the previous page.' },
    pageInfoTypeOptions: { description: 'The position of a page in its list.' },
    hasNextPageFieldOptions: {
      description: 'Whether more records follow this page. When paging backward: whether a cursor was given.',
    },
    hasPreviousPageFieldOptions: {
      description: 'Whether more records precede this page. When paging forward: whether a cursor was given.',
    },
    startCursorFieldOptions: { description: 'The cursor of the first record; null on an empty page.' },
    endCursorFieldOptions: { description: 'The cursor of the last record; null on an empty page.' },
    cursorFieldOptions: {
      description: 'The position of the record in the list. Pass it as `after` or `before` to continue from there.',
    },
    edgesFieldOptions: {
      description: 'The records of this page, each with its cursor.',
      nullable: { list: false, items: false },
    },
    nodeFieldOptions: { description: 'The record.', nullable: false },
    firstArgOptions: {
      description:
        'The page size, counted from the start of the list or from `after`: 1 to 100. Cannot be combined with `last`. Default: 20 in lists of `Query` and `Bilateral`, 50 in lists of which one record usually has few, such as `names` and `links`, 10 in all other lists.',
    },
    lastArgOptions: {
      description:
        'The page size, counted from the end of the list or from `before`: 1 to 100. Cannot be combined with `first`.',
    },
    afterArgOptions: { description: 'Return only records after this cursor.' },
    beforeArgOptions: { description: 'Return only records before this cursor.' },
    nodeTypeOptions: { description: 'An object with a globally unique id.' },
    idFieldOptions: { description: 'Opaque identifier, unique among all records of all types.' },
    nodeQueryOptions: {
      description:
        'The record with this id, of any type; null if it does not exist. The id of a merged record returns the record that it was merged into.',
      args: { id: { description: 'The id of the record.' } },
      extensions: { fieldPlan: nodePlan },
      resolve: async (_root, args, _context, info, load) => {
        if (!nodeTypesOf(info.schema)(args.id)) throw unknownId()
        const node = await load(args.id)
        const survivor = survivorOf(node)
        if (!survivor) return node
        // Pothos's `load` reads args.id and ignores its own argument.
        args.id = { typename: args.id.typename, id: survivor }
        return load(args.id)
      },
    },
    nodesQueryOptions: {
      nullable: { list: true, items: true },
      description:
        'The records with these ids, of any type, in the given order; null for an id that does not exist or is not valid.',
      args: { ids: { description: 'The ids of the records.' } },
      extensions: { fieldPlan: nodesPlan },
      resolve: async (_root, args, _context, info, load) => {
        const all = args.ids
        const isValid = nodeTypesOf(info.schema)
        // Pothos's `load` reads args.ids.
        args.ids = all.filter(isValid)
        let nodes = await Promise.all(await load(args.ids))
        if (nodes.some(survivorOf)) {
          args.ids = args.ids.map(({ typename, id }, i) => ({ typename, id: survivorOf(nodes[i]) ?? id }))
          nodes = await Promise.all(await load(args.ids))
        }
        return all.map((id) => (isValid(id) ? nodes.shift() : null))
      },
    },
    encodeGlobalID: (type, id) => writeId(type, String(id)),
    decodeGlobalID: (text) => {
      const { type, id } = tryReadId(text)
      return { typename: type, id }
    },
  },
})

/** Returns the id of the record that a record was merged into; null if it was not merged. */
function survivorOf(node: unknown): string | null {
  const record = node as { mergedIntoId?: string | null } | null
  return record?.mergedIntoId ?? null
}

/** Returns a function that tells whether an id is of a type of nodes. */
function nodeTypesOf(schema: GraphQLSchema): (id: { typename: string }) => boolean {
  const node = schema.getType('Node') as GraphQLInterfaceType
  const names = new Set(schema.getPossibleTypes(node).map(({ name }) => name))
  return ({ typename }) => names.has(typename)
}
