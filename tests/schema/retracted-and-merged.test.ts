import { beforeAll, describe, expect, test } from 'vitest'
import { database, idOf, read } from '../client.ts'
import { aLink, anAction, anEvent, aParticipant, aPerson, aSanction, aSource, on } from '../world.ts'

const retractedAt = new Date('2031-05-05T05:05:05.005Z')
const byId = 'query ($id: ID!) { node(id: $id) { __typename id ... on Versioned { retractedAt } } }'

describe('a retracted event', () => {
  let id: string
  let slug: string
  let other: string
  let person: string
  let story: string

  beforeAll(async () => {
    const [gone, kept, who, sanction] = [
      await anEvent({ title: 'Gone', retractedAt, ...on('2031-01-01') }),
      await anEvent({ title: 'Kept', ...on('2031-01-01') }),
      await aPerson(),
      await aSanction(),
    ]
    await aLink(kept.id, gone.id)
    await aLink(gone.id, kept.id)
    for (const event of [gone, kept]) {
      await aParticipant(event.id, who.id)
      await anAction(sanction.id, { eventId: event.id })
      await database.sanctionReason.create({ data: { sanctionId: sanction.id, eventId: event.id } })
    }
    id = idOf('Event', gone)
    ;[slug, other, person, story] = [gone.slug, kept.slug, who.slug, sanction.slug]
  })

  const only = { totalCount: 1, nodes: [{ title: 'Kept' }] }

  test('is not in lists and their counts', async () => {
    const data = await read('{ events(where: { title: { in: ["Gone", "Kept"] } }) { totalCount nodes { title } } }')
    expect(data).toEqual({ events: only })
  })

  test("is not in people's timelines", async () => {
    const query = 'query ($person: String!) { person(by: { slug: $person }) { events { totalCount nodes { title } } } }'
    expect(await read(query, { person })).toEqual({ person: { events: only } })
  })

  test('is not in the actions and the reasons of a sanction', async () => {
    const query = `query ($story: String!) {
      sanction(by: { slug: $story }) { reasonEvents { nodes { title } } events { totalCount nodes { title } } }
    }`
    expect(await read(query, { story })).toEqual({
      sanction: { reasonEvents: { nodes: [{ title: 'Kept' }] }, events: only },
    })
  })

  test('is not in links, in both directions', async () => {
    const query = 'query ($other: String!) { event(by: { slug: $other }) { links { nodes { kind } } } }'
    expect(await read(query, { other })).toEqual({ event: { links: { nodes: [] } } })
  })

  test('can be queried by its id and slug, with the time of retraction', async () => {
    const query = `query ($id: ID!, $slug: String!) {
      a: event(by: { id: $id }) { ...Gone } b: event(by: { slug: $slug }) { ...Gone }
      c: node(id: $id) { ...Gone } d: nodes(ids: [$id]) { ...Gone }
    } fragment Gone on Event { title retractedAt }`
    const gone = { title: 'Gone', retractedAt: '2031-05-05T05:05:05.005Z' }
    expect(await read(query, { id, slug })).toEqual({ a: gone, b: gone, c: gone, d: [gone] })
  })
})

test('retracted actors, sanctions and sources are not in lists, and can be queried by id', async () => {
  const person = await aPerson({ name: 'Withdrawn', retractedAt })
  const sanction = await aSanction({ title: 'Withdrawn', retractedAt })
  const source = await aSource({ title: 'Withdrawn', retractedAt })
  const data = await read(`{
    people(where: { name: { eq: "Withdrawn" } }) { totalCount nodes { name } }
    actors(where: { name: { eq: "Withdrawn" } }) { totalCount nodes { name } }
    sanctions(where: { title: { eq: "Withdrawn" } }) { totalCount nodes { title } }
    sources(where: { title: { eq: "Withdrawn" } }) { totalCount nodes { title } }
  }`)
  const none = { totalCount: 0, nodes: [] }
  expect(data).toEqual({ people: none, actors: none, sanctions: none, sources: none })
  for (const id of [idOf('Person', person), idOf('Sanction', sanction), idOf('Source', source)])
    expect(await read(byId, { id })).toMatchObject({ node: { id, retractedAt: retractedAt.toISOString() } })
})

test('an event that was merged leads to its survivor by every key, also when that was merged in turn', async () => {
  const [first, second, last] = [await anEvent(), await anEvent(), await anEvent({ title: 'Survivor' })]
  const query = `query ($id: ID!, $slug: String!) {
    a: event(by: { id: $id }) { title } b: event(by: { slug: $slug }) { title }
    c: node(id: $id) { ... on Event { title } } d: nodes(ids: [$id, $id]) { ... on Event { title } }
  }`
  const keys = { id: idOf('Event', first), slug: first.slug }
  const all = (title: string) => ({ a: { title }, b: { title }, c: { title }, d: [{ title }, { title }] })
  await database.event.update({ where: { id: first.id }, data: { mergedIntoId: second.id } })
  expect(await read(query, keys)).toEqual(all(second.title))
  await database.event.update({ where: { id: second.id }, data: { mergedIntoId: last.id } })
  expect(await read(query, keys)).toEqual(all('Survivor'))
  const titles = [first.title, second.title, 'Survivor']
  expect(
    await read('query ($titles: [String!]) { events(where: { title: { in: $titles } }) { nodes { title } } }', {
      titles,
    }),
  ).toEqual({ events: { nodes: [{ title: 'Survivor' }] } })
})

test('the keys of a merged person return the survivor, even after the survivor was merged too', async () => {
  const [first, second, last] = [await aPerson(), await aPerson(), await aPerson({ name: 'Survivor' })]
  await database.identifier.create({ data: { scheme: 'TEST', value: 'merged', actorId: first.id } })
  const query = `query ($id: ID!, $slug: String!) {
    a: actor(by: { id: $id }) { name } b: person(by: { slug: $slug }) { name gender }
    c: node(id: $id) { ... on Person { name } } d: nodes(ids: [$id]) { ... on Actor { name } }
    e: actor(by: { identifier: { scheme: "TEST", value: "merged" } }) { name }
  }`
  const keys = { id: idOf('Person', first), slug: first.slug }
  const all = (name: string) => ({ a: { name }, b: { name, gender: null }, c: { name }, d: [{ name }], e: { name } })
  await database.actor.update({ where: { id: first.id }, data: { mergedIntoId: second.id } })
  expect(await read(query, keys)).toEqual(all(second.name))
  await database.actor.update({ where: { id: second.id }, data: { mergedIntoId: last.id } })
  expect(await read(query, keys)).toEqual(all('Survivor'))
})
