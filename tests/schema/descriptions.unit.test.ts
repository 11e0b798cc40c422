import {
  type GraphQLNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isIntrospectionType,
  isObjectType,
  isSpecifiedScalarType,
} from 'graphql'
import { expect, test } from 'vitest'
import { schema } from '../../src/schema/schema.ts'

const own = (type: GraphQLNamedType) => !isIntrospectionType(type) && !isSpecifiedScalarType(type)
const types = Object.values(schema.getTypeMap()).filter(own)

/** Returns all descriptions in the schema, with their coordinates. */
function* described(): Generator<[coordinate: string, description: string | null | undefined]> {
  for (const type of types) {
    yield [type.name, type.description]
    if (isEnumType(type))
      for (const { name, description } of type.getValues()) yield [`${type.name}.${name}`, description]
    if (isInputObjectType(type))
      for (const { name, description } of Object.values(type.getFields())) yield [`${type.name}.${name}`, description]
    if (isObjectType(type) || isInterfaceType(type))
      for (const { name, description, args } of Object.values(type.getFields())) {
        yield [`${type.name}.${name}`, description]
        for (const arg of args) yield [`${type.name}.${name}(${arg.name}:)`, arg.description]
      }
  }
}

test('every type, field, argument and value has a description', () => {
  const all = [...described()]
  expect(all.length).toBeGreaterThan(500)
  expect(all.filter(([, description]) => !description?.trim()).map(([coordinate]) => coordinate)).toEqual([])
})

test('the scalars of dates name the standard of their format', () => {
  const rfc3339 = 'https://datatracker.ietf.org/doc/html/rfc3339#section-5.6'
  for (const name of ['Date', 'DateTime']) expect(schema.getType(name)).toMatchObject({ specifiedByURL: rfc3339 })
})

test('certainty, basis and precision are told apart where each stands', () => {
  const enums = ['Certainty', 'Basis', 'DatePrecision']
  for (const name of enums)
    for (const other of enums.filter((each) => each !== name))
      expect(schema.getType(name)?.description, name).toContain(`\`${other}\``)
  const fields = ['certainty', 'basis', 'precision']
  const ofRecords = [...described()].filter(([coordinate]) =>
    /^(?!\w+Where)\w+\.certainty$|^FuzzyDate/.test(coordinate),
  )
  const told = ofRecords.flatMap(([coordinate, description]) => {
    const field = fields.find((each) => coordinate.endsWith(`.${each}`))
    return field ? [[coordinate, fields.every((each) => each === field || description?.includes(`\`${each}\``))]] : []
  })
  expect(told.length).toBeGreaterThan(10)
  expect(told.filter(([, isTold]) => !isTold)).toEqual([])
})

test('descriptions are sentences', () => {
  const fragments = [...described()].filter(([, text]) => text && !/^[\p{Lu}"`\d][\s\S]*[.:]$/u.test(text.trim()))
  expect(fragments).toEqual([])
})
