// Writes schema.graphql and what the client package knows of the schema from the code, or checks that they match the code.
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import {
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  getNamedType,
  isInterfaceType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  isUnionType,
  printSchema,
} from 'graphql'
import { schema } from '../src/schema/schema.ts'

const types = Object.values(schema.getTypeMap()).filter(({ name }) => !name.startsWith('__'))
const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()]
const objects = types.filter(isObjectType)
/** The types without an id, which caches store inside the record that leads to them. */
const embedded = objects.filter((type) => !type.getFields().id && !roots.includes(type))

const fieldsOf = (type: GraphQLObjectType): GraphQLField<unknown, unknown>[] => Object.values(type.getFields())
const isConnection = (type: GraphQLNamedType): boolean =>
  isObjectType(type) && Boolean(type.getFields().edges && type.getFields().pageInfo)
const isEmbedded = (type: GraphQLNamedType): boolean => (embedded as GraphQLNamedType[]).includes(type)
const isList = (type: GraphQLOutputType): boolean => isListType(isNonNullType(type) ? type.ofType : type)

/** Returns the names of the matching fields of each object type that has any. */
function fieldsWhere(matches: (field: GraphQLField<unknown, unknown>, of: GraphQLObjectType) => boolean) {
  return Object.fromEntries(
    objects
      .map((type): [string, string[]] => [
        type.name,
        fieldsOf(type)
          .filter((field) => matches(field, type))
          .map(({ name }) => name),
      ])
      .filter(([, fields]) => fields.length > 0),
  )
}

const possibleTypes = Object.fromEntries(
  types
    .filter((type) => isInterfaceType(type) || isUnionType(type))
    .map((type) => [type.name, schema.getPossibleTypes(type).map(({ name }) => name)]),
)

/** The fields of Query that return one record by its id, each with the names of the types of record. */
const recordsByKey = Object.fromEntries(
  fieldsOf(schema.getQueryType() as GraphQLObjectType)
    .filter(({ args }) => args.length === 1 && args[0]?.name === 'by')
    .map(({ name, type }) => [name, possibleTypes[getNamedType(type).name] ?? [getNamedType(type).name]]),
)

/** The introspection of object types, interfaces and unions, as far as Graphcache reads it: without inputs, arguments and enum values. */
const introspection = {
  __schema: {
    queryType: { name: schema.getQueryType()?.name },
    mutationType: { name: schema.getMutationType()?.name },
    subscriptionType: { name: schema.getSubscriptionType()?.name },
    types: [
      ...types.flatMap((type) => {
        const kind = isObjectType(type) ? 'OBJECT' : isInterfaceType(type) ? 'INTERFACE' : 'UNION'
        const possible =
          isInterfaceType(type) || isUnionType(type)
            ? { possibleTypes: schema.getPossibleTypes(type).map(({ name }) => ({ kind: 'OBJECT', name })) }
            : {}
        if (isUnionType(type)) return [{ kind, name: type.name, ...possible }]
        if (!isObjectType(type) && !isInterfaceType(type)) return []
        return [
          {
            kind,
            name: type.name,
            interfaces: type.getInterfaces().map(({ name }) => ({ kind: 'INTERFACE', name })),
            ...possible,
            fields: Object.values(type.getFields()).map((field) => ({
              name: field.name,
              args: [],
              type: typeReference(field.type),
            })),
          },
        ]
      }),
      { kind: 'SCALAR', name: 'Any' },
    ],
  },
}

/** Returns a type as introspection writes it. All scalars and enums are called Any. */
function typeReference(type: GraphQLOutputType): object {
  if (isNonNullType(type)) return { kind: 'NON_NULL', ofType: typeReference(type.ofType) }
  if (isListType(type)) return { kind: 'LIST', ofType: typeReference(type.ofType) }
  if (isLeafType(type)) return { kind: 'SCALAR', name: 'Any' }
  return { kind: isObjectType(type) ? 'OBJECT' : isInterfaceType(type) ? 'INTERFACE' : 'UNION', name: type.name }
}

const generated = '// Generated from the schema by "npm run sdl": do not edit.\n'
const constant = (name: string, comment: string, value: unknown) =>
  `\n/** ${comment} */\nexport const ${name} = ${JSON.stringify(value, null, 1)}\n`

const sdl = `${printSchema(schema)}\n`
const files: Record<string, string> = {
  'schema.graphql': sdl,
  'packages/client/schema.graphql': sdl,
  'packages/client/generated/types.js':
    generated +
    constant('possibleTypes', 'The object types of each interface and union.', possibleTypes) +
    constant(
      'embeddedTypes',
      'The types without an id.',
      embedded.map(({ name }) => name),
    ) +
    constant(
      'connectionFields',
      'The fields of each type that are connections.',
      fieldsWhere(({ type }) => isConnection(getNamedType(type))),
    ) +
    constant(
      'embeddedListFields',
      'The fields of each type that are lists of objects without an id, except those of a page of a connection.',
      fieldsWhere(
        ({ name, type }, of) =>
          isList(type) && isEmbedded(getNamedType(type)) && !(isConnection(of) && ['edges', 'nodes'].includes(name)),
      ),
    ) +
    constant('recordsByKey', 'The fields of Query that return a record by its key, with its types.', recordsByKey),
  'packages/client/generated/introspection.js':
    `${generated}\n/** The introspection of the output types, for Graphcache. */\n` +
    `export const schema = ${JSON.stringify(introspection)}\n`,
}

const root = new URL('../', import.meta.url)
for (const [name, text] of Object.entries(files)) {
  const file = new URL(name, root)
  if (process.argv[2] === 'write') {
    await mkdir(new URL('./', file), { recursive: true })
    await writeFile(file, text)
  } else if ((await readFile(file, 'utf8').catch(() => '')) !== text) {
    console.error(`${name} is out of date: run "npm run sdl" and review the difference.`)
    process.exitCode = 2
  }
}
