import SchemaBuilder from '@pothos/core'
import PrismaPlugin from '@pothos/plugin-prisma'
import { type GraphQLObjectType, graphql } from 'graphql'
import { expect, test } from 'vitest'
import { getDatamodel } from '../../src/db/generated/pothos.ts'
import { exposedColumn, exposedRelation, modelOf, selecting } from '../../src/query/pothos-extensions.ts'
import { schema } from '../../src/schema/schema.ts'
import { expectVersions } from './versions.ts'

const fieldOf = (type: string, name: string) => {
  const field = (schema.getType(type) as GraphQLObjectType).getFields()[name]
  if (!field) throw new Error(`There is no field ${type}.${name}.`)
  return field
}

test('src/query/pothos-extensions.ts was written for these versions of Pothos', () => {
  expectVersions({ '@pothos/core': '4.15.1', '@pothos/plugin-prisma': '4.17.0' })
})

test("a field's options have its column or its relation, and a type's options have its model", () => {
  expect(exposedColumn(fieldOf('Event', 'title'))).toBe('title')
  expect(exposedColumn(fieldOf('Event', 'location'))).toBeUndefined()
  expect(exposedRelation(fieldOf('Event', 'location'))).toBe('location')
  expect(exposedRelation(fieldOf('Event', 'title'))).toBeUndefined()
  expect(modelOf(schema.getType('Country'))).toBe('Actor')
  expect(modelOf(schema.getType('PageInfo'))).toBeUndefined()
})

test('a selection of a field without an option for it is read with its record', async () => {
  const queries: unknown[] = []
  const read = async (query: object) => {
    queries.push(query)
    return { id: '1', title: 'Talks', slug: 'talks' }
  }
  const builder = new SchemaBuilder<{ PrismaTypes: Record<string, never> }>({
    plugins: [PrismaPlugin],
    prisma: { client: { event: {} }, dmmf: getDatamodel() },
  } as never)
  const Event = builder.prismaObject(
    'Event' as never,
    {
      select: { id: true },
      fields: (t: { string(options: object): unknown }) => ({
        title: t.string({
          extensions: selecting(
            (_args: object, _context: object, _nested: unknown, selected: () => ReadonlySet<string>) => ({
              select: { title: true, ...(selected().size > 0 && { never: true }) },
            }),
          ),
          resolve: ({ title }: { title: string }) => title,
        }),
      }),
    } as never,
  )
  builder.queryType({
    fields: (t) => ({
      event: t.prismaField({ type: Event, resolve: (query: object) => read(query) } as never) as never,
    }),
  })
  const { data, errors } = await graphql({
    schema: builder.toSchema(),
    source: '{ event { title } }',
    contextValue: {},
  })
  expect(errors).toBeUndefined()
  expect(data).toEqual({ event: { title: 'Talks' } })
  expect(queries).toEqual([{ select: { id: true, title: true } }])
})
