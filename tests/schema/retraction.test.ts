import { expect, test } from 'vitest'
import { writeId } from '../../src/domain/id.ts'
import { ask, database } from '../client.ts'

test('a retracted event is gone from lists and still there by its keys', async () => {
  const { id } = await database.event.update({
    where: { slug: 'lukashenko-praises-trump' },
    data: { retractedAt: new Date('2026-01-01T00:00:00Z') },
  })
  const { data } = await ask(`{
    events { totalCount }
    country(by: { code: "BY" }) { events { totalCount } }
    person(by: { slug: "donald-trump" }) { events(first: 100) { nodes { slug } } }
    whole: event(by: { slug: "belarus-us-rapprochement-2025" }) { links { other { slug } } }
    some: people(where: { events: { some: { type: { eq: STATEMENT }, cameoCode: { eq: "051" } } } }) { totalCount }
    byId: event(by: { id: "${writeId('Event', id)}" }) { slug retractedAt }
    bySlug: event(by: { slug: "lukashenko-praises-trump" }) { retractedAt }
    node(id: "${writeId('Event', id)}") { ... on Event { retractedAt } }
  }`)
  const retractedAt = '2026-01-01T00:00:00.000Z'
  expect(data).toMatchObject({
    events: { totalCount: 20 },
    country: { events: { totalCount: 18 } },
    some: { totalCount: 0 },
    byId: { slug: 'lukashenko-praises-trump', retractedAt },
    bySlug: { retractedAt },
    node: { retractedAt },
  })
  expect(JSON.stringify([data?.person, data?.whole])).not.toContain('lukashenko-praises-trump')
})

test('a merged id resolves to its survivor, also after that was merged itself', async () => {
  const [a, b, c] = await Promise.all(
    ['trump-administration', 'belarusian-authorities', 'us-embassy-in-minsk'].map((slug) =>
      database.actor.findUniqueOrThrow({ where: { slug } }),
    ),
  )
  await database.actor.update({ where: { id: a?.id ?? '' }, data: { mergedIntoId: b?.id ?? '' } })
  await database.actor.update({ where: { id: b?.id ?? '' }, data: { mergedIntoId: c?.id ?? '' } })
  const id = writeId('Organization', a?.id ?? '')
  const { data } = await ask(`{
    node(id: "${id}") { ... on Actor { slug } }
    nodes(ids: ["${id}", "${writeId('Organization', b?.id ?? '')}"]) { ... on Actor { slug } }
    organization(by: { id: "${id}" }) { slug }
    actor(by: { slug: "trump-administration" }) { slug }
    organizations { nodes { slug } }
  }`)
  const survivor = { slug: 'us-embassy-in-minsk' }
  expect(data).toEqual({
    node: survivor,
    nodes: [survivor, survivor],
    organization: survivor,
    actor: survivor,
    organizations: { nodes: [survivor] },
  })
})

test('the id of a person is none of a country', async () => {
  const { id } = await database.actor.findUniqueOrThrow({ where: { slug: 'donald-trump' } })
  expect((await ask(`{ node(id: "${writeId('Country', id)}") { id } }`)).data).toEqual({ node: null })
})
