import { GraphQLInterfaceType, getNamedType, isLeafType, isObjectType } from 'graphql'
import { beforeAll, describe, expect, test } from 'vitest'
import { schema } from '../../src/schema/schema.ts'
import { ask, database, idOf } from '../client.ts'
import {
  aCountry,
  aGroup,
  aLink,
  anAction,
  anAsset,
  anEvent,
  anOrganization,
  aParticipant,
  aPerson,
  aSanction,
  aSource,
  aTarget,
} from '../world.ts'

const byId = 'query ($id: ID!) { node(id: $id) { __typename id } }'

test('nodes keeps the order of the ids, with null for missing records, and takes one statement for each model', async () => {
  const [event, person, merged] = [await anEvent(), await aPerson(), await anEvent()]
  const ids = [
    idOf('Person', person),
    idOf('Event', { id: '0190a5c0-0000-7000-8000-000000000000' }),
    idOf('Event', event),
    idOf('Country', person),
  ]
  const query = 'query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }'
  const { data, errors } = await ask(query, { ids })
  expect(errors).toBeUndefined()
  expect(data).toEqual({
    nodes: [{ __typename: 'Person', id: ids[0] }, null, { __typename: 'Event', id: ids[2] }, null],
  })
  const two = [idOf('Event', event), idOf('Event', merged), idOf('Person', person)]
  expect(await ask(query, { ids: two })).toMatchObject({ errors: undefined, statements: 2 })
})

describe('node', () => {
  let rows: Record<string, { id: string }>

  beforeAll(async () => {
    const [event, person, sanction, source] = [await anEvent(), await aPerson(), await aSanction(), await aSource()]
    const country = await aCountry()
    const actorId = person.id
    rows = {
      Event: event,
      Person: person,
      Country: country,
      Organization: await anOrganization(),
      Group: await aGroup(),
      Asset: await anAsset(),
      Sanction: sanction,
      Bilateral: { id: 'BY-US' },
      Source: source,
      EventParticipant: await aParticipant(event.id, actorId),
      EventLink: await aLink(event.id, (await anEvent()).id),
      SanctionAction: await anAction(sanction.id),
      SanctionTarget: await aTarget(sanction.id, actorId),
      Licence: await database.licence.create({
        data: { sanctionId: sanction.id, authorityId: country.id, title: 'N', scope: 'n', certainty: 'ASSERTED' },
      }),
      BirthClaim: await database.birthClaim.create({ data: { personId: actorId, place: 'Kopys' } }),
      DisputedValue: await database.disputedValue.create({ data: { actorId, field: 'DESCRIPTION', text: 'x' } }),
      Detention: await database.detention.create({ data: { personId: actorId, certainty: 'ASSERTED' } }),
      Relationship: await database.relationship.create({
        data: { subjectId: actorId, objectId: country.id, kind: 'LINKED_TO' },
      }),
      Citation: await database.citation.create({ data: { sourceId: source.id, basis: 'STATED', eventId: event.id } }),
      Identifier: await database.identifier.create({ data: { scheme: 'TEST', value: 'node', actorId } }),
      ActorName: await database.actorName.create({ data: { actorId, value: 'N', kind: 'ALIAS', searchKey: 'n' } }),
    }
  })

  test('returns a record of each type that has an id, in one statement', async () => {
    const node = schema.getType('Node')
    if (!(node instanceof GraphQLInterfaceType)) throw new Error('Node is no interface.')
    const types = schema.getPossibleTypes(node).map(({ name }) => name)
    expect(Object.keys(rows).sort()).toEqual([...types].sort())
    for (const [type, row] of Object.entries(rows)) {
      const id = idOf(type, row)
      const { data, errors, statements } = await ask('query ($id: ID!) { node(id: $id) { __typename id } }', { id })
      expect([type, errors, data, statements]).toEqual([type, undefined, { node: { __typename: type, id } }, 1])
    }
  })

  test('answers each field of each type, selected alone, with and without the interface that has it', async () => {
    for (const [name, row] of Object.entries(rows)) {
      const type = schema.getType(name)
      if (!isObjectType(type)) throw new Error(`${name} is no type.`)
      for (const field of Object.values(type.getFields())) {
        const args =
          { statusOn: '(date: "2031-01-01")', restrictions: '(on: "2031-01-01")', relation: '(by: MONTH)' }[
            field.name
          ] ?? ''
        const selection = `${field.name}${args}${isLeafType(getNamedType(field.type)) ? '' : ' { __typename }'}`
        const holders = [type, ...type.getInterfaces()].filter((holder) => holder.getFields()[field.name])
        for (const holder of holders) {
          const query = `query ($id: ID!) { node(id: $id) { ... on ${holder.name} { ${selection} } } }`
          const { errors, statements } = await ask(query, { id: idOf(name, row) })
          // Field by field, `statusOn`, `restrictions` and two fields of a
          // Bilateral are statements of their own.
          const more = { history: 2, statusOn: 2, restrictions: 2, relation: 2 }
          const expected = { ...more, ...(name === 'Bilateral' && { countries: 2 }) }[field.name] ?? 1
          expect([name, query, errors, statements]).toEqual([name, query, undefined, expected])
        }
      }
    }
  })

  test.each([
    ['Country', 'Person'],
    ['Person', 'Country'],
    ['Group', 'Organization'],
    ['Event', 'Sanction'],
  ])('returns no %s for the id of a %s', async (asked, real) => {
    const row = rows[real]
    if (!row) throw new Error(`There is no ${real}.`)
    expect(await ask(byId, { id: idOf(asked, row) })).toMatchObject({ data: { node: null }, errors: undefined })
  })
})
