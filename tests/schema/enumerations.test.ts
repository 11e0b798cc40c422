import { isEnumType, isIntrospectionType } from 'graphql'
import { expect, test } from 'vitest'
import { schema } from '../../src/schema/schema.ts'
import { database } from '../client.ts'

test("each enum of the schema has the values of the database's enum", async () => {
  const rows = await database.$queryRaw<{ name: string; labels: string[] }[]>`
    SELECT typname::text AS name, array_agg(enumlabel::text ORDER BY enumlabel::text COLLATE "C") AS labels
    FROM pg_enum JOIN pg_type t ON t.oid = enumtypid GROUP BY 1`
  const inDatabase = Object.fromEntries(rows.map(({ name, labels }) => [name, labels]))
  const ofTheApi = [
    'EventFacet',
    'DateSense',
    'LinkDirection',
    'PartOperation',
    'MergedPart',
    'MergeOutcome',
    'MergeReasonKind',
    'OrderDirection',
    'RelationInterval',
    'SearchKind',
  ]
  const apart = Object.values(schema.getTypeMap())
    .filter(isEnumType)
    .filter((type) => !isIntrospectionType(type))
    .filter(({ name }) => !ofTheApi.includes(name) && !name.endsWith('OrderField'))
  const inSchema = Object.fromEntries(
    apart.map((type) => [
      type.name,
      type
        .getValues()
        .map(({ name }) => name)
        .sort(),
    ]),
  )
  delete inDatabase.ImportState
  expect(inSchema).toEqual(inDatabase)
})
