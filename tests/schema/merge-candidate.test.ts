import { afterEach, beforeAll, expect, test } from 'vitest'
import { searchKey } from '../../src/domain/name.ts'
import { ask, database } from '../client.ts'
import { askingWithin } from '../server/limits/asking.ts'
import { aGroup, anAsset, anOrganization, aPerson, aSanction, aTarget, country, span } from '../world.ts'
import { anEditor } from './mutation/editor.ts'

const query = `query ($first: Int) { mergeCandidates(first: $first) {
  actors { __typename slug name ... on Person { birth { edtf } } }
  reasons { kind detail }
} }`

let key: string
beforeAll(async () => {
  key = (await anEditor()).secret
})

const made: string[] = []
afterEach(() => database.actor.deleteMany({ where: { id: { in: made.splice(0) } } }))

async function bear(name: string, make: typeof aPerson, more: object = {}) {
  const actor = await make({ name, ...more })
  made.push(actor.id)
  await database.actorName.create({
    data: { actorId: actor.id, value: name, kind: 'PRIMARY', searchKey: searchKey(name) },
  })
  return actor
}

const person = (name: string, birth?: [from: string, to: string]) =>
  bear(name, aPerson, birth && { person: { create: span('birth', ...birth) } })

interface Candidate {
  actors: { __typename: string; slug: string; birth?: { edtf: string } }[]
  reasons: { kind: string; detail: string }[]
}

async function candidates(variables: object = {}): Promise<Candidate[]> {
  const { data, errors, path } = await ask(query, variables, key)
  expect(errors).toBeUndefined()
  expect(path).toBe('prepared')
  return data?.mergeCandidates as never
}

const slugsOf = (found: Candidate[]) => found.map(({ actors }) => actors.map(({ slug }) => slug))

test("a listed name with a patronymic is a candidate for the article's name without it, because both are related to Belarus", async () => {
  const listed = await person('Alexander Ryhoravich LUKASHENKA', ['1954-08-30', '1954-08-30'])
  await database.actorName.create({
    data: {
      actorId: listed.id,
      value: 'Alexander Ryhoravich LUKASHENKO',
      kind: 'ALIAS',
      searchKey: 'alexander ryhoravich lukashenko',
    },
  })
  await aTarget((await aSanction({ program: 'BELARUS' })).id, listed.id)
  const found = await candidates()
  await database.sanctionTarget.deleteMany({ where: { actorId: listed.id } })
  expect(found).toEqual([
    {
      actors: [
        { __typename: 'Person', slug: 'alexander-lukashenko', name: 'Alexander Lukashenko', birth: null },
        { __typename: 'Person', slug: listed.slug, name: listed.name, birth: { edtf: '1954-08-30' } },
      ],
      reasons: [
        { kind: 'NAME', detail: 'alexander lukashenko' },
        { kind: 'COUNTRY', detail: 'Belarus' },
      ],
    },
  ])
})

test('the same name and date of birth make a candidate, with the words in any order, at the lower precision of the two dates', async () => {
  const one = await person('Ödön Quarkwitz', ['1960-01-01', '1960-12-31'])
  const other = await person('QUARKWITZ, Odon', ['1960-05-01', '1960-05-31'])
  expect(await candidates()).toMatchObject([
    {
      actors: [{ slug: one.slug }, { slug: other.slug }],
      reasons: [
        { kind: 'NAME', detail: 'odon quarkwitz' },
        { kind: 'BIRTH_DATE', detail: '1960-05' },
      ],
    },
  ])
})

test.each([
  ['siarhei zubkou / sergei zubkov', 'Siarhei Zubkou', 'Sergei Zubkov'],
  ['kim se gon / se-gon kim', 'KIM SE GON', 'Se-gon KIM'],
  ['malik ruslanovich quark / malik ruslanovish quark', 'Malik Ruslanovich QUARK', 'Malik Ruslanovish QUARK'],
])('%s and a day of birth make a candidate, unless one list has both', async (detail, first, second) => {
  const day: [string, string] = ['1975-08-21', '1975-08-21']
  const [one, other] = [await person(first, day), await person(second, day)]
  await person(second, ['1976-08-21', '1976-08-21'])
  expect(await candidates()).toMatchObject([
    { actors: [{ slug: one.slug }, { slug: other.slug }], reasons: [{ kind: 'NAME', detail }, { kind: 'BIRTH_DATE' }] },
  ])
  for (const { id } of [one, other])
    await database.identifier.create({ data: { actorId: id, scheme: 'OFAC_SDN', value: id } })
  expect(await candidates()).toEqual([])
})

test('a name alone makes no candidate, and neither does a common country with different dates of birth', async () => {
  const belarus = await country('BY')
  for (const [given, day] of [
    ['Namesake Quarkwitz', undefined],
    ['Namesake Quarkwitz', undefined],
    ['Twin Quarkwitz', '1960-01-01'],
    ['Twin Quarkwitz', '1961-01-01'],
  ] as const) {
    const { id } = await person(given, day && [day, day])
    if (day) await database.relationship.create({ data: { subjectId: id, objectId: belarus.id, kind: 'HOLDS_OFFICE' } })
  }
  expect(await candidates()).toEqual([])
})

test('a very common name makes no candidate, and neither does a particle before the last word', async () => {
  const day: [string, string] = ['1963-06-20', '1963-06-20']
  for (const given of ['Nur al-Quarkwitz', 'Nur al-Dibiski']) {
    const { id } = await person(given, day)
    await database.actorName.create({ data: { actorId: id, value: 'Abu Nur', kind: 'WEAK', searchKey: 'abu nur' } })
  }
  expect(await candidates()).toEqual([])
})

test('other kinds need the complete name apart from its legal form, and a country, and candidates have the same kind', async () => {
  const belarus = await country('BY')
  const both = []
  for (const [name, make] of [
    ['Zubr Works Minsk', anOrganization],
    ['ZUBR works Minsk, OJSC', anOrganization],
    ['Zubr Plant Minsk', anOrganization],
    ['Zubr works Minsk', aPerson],
  ] as const) {
    const { id, slug } = await bear(name, make as typeof aPerson)
    await database.relationship.create({ data: { subjectId: id, objectId: belarus.id, kind: 'LINKED_TO' } })
    both.push(slug)
  }
  expect(slugsOf(await candidates())).toEqual([both.slice(0, 2)])
})

test('candidates with more in common come first, and retracted ones are left out', async () => {
  const russia = await country('RU')
  const day: [string, string] = ['1970-07-07', '1970-07-07']
  const [a, b] = [await person('Anna Quarkwitz', day), await person('Anna Quarkwitz', day)]
  const [y, z] = [await person('Zoe Quarkwitz', day), await person('Zoe Quarkwitz', day)]
  for (const { id } of [y, z])
    await database.relationship.create({ data: { subjectId: id, objectId: russia.id, kind: 'MEMBER_OF' } })
  expect(slugsOf(await candidates())).toEqual([
    [y.slug, z.slug],
    [a.slug, b.slug],
  ])
  expect(slugsOf(await candidates({ first: 1 }))).toEqual([[y.slug, z.slug]])
  await database.actor.update({ where: { id: z.id }, data: { retractedAt: new Date() } })
  expect(slugsOf(await candidates())).toEqual([[a.slug, b.slug]])
})

test('two actors with the same number of OFAC come first, whichever list or input names it', async () => {
  const day: [string, string] = ['1970-07-07', '1970-07-07']
  const [a, b] = [await person('Anna Quarkwitz', day), await person('Anna Quarkwitz', day)]
  const numbered = async (scheme: string, value: string, make: typeof aPerson = aPerson) => {
    const actor = await bear(`Entry ${scheme} ${value}`, make)
    await database.identifier.create({ data: { actorId: actor.id, scheme, value } })
    return actor
  }
  const [one, other] = [await numbered('OFAC_SDN', '99001'), await numbered('OFAC_CONS', '99001')]
  const [third, fourth] = [await numbered('OFAC_CONS', '99002'), await numbered('OPENSANCTIONS', 'ofac-99002')]
  await numbered('OPENSANCTIONS', '99001')
  await numbered('OFAC_CONS', '99003')
  await numbered('OFAC_SDN', '99003', anOrganization as typeof aPerson)
  const found = await candidates()
  expect(slugsOf(found)).toEqual([
    [one.slug, other.slug],
    [third.slug, fourth.slug],
    [a.slug, b.slug],
  ])
  expect(found[0]?.reasons).toEqual([{ kind: 'IDENTIFIER', detail: 'OFAC 99001' }])
  await database.actor.update({ where: { id: other.id }, data: { mergedIntoId: one.id } })
  expect(slugsOf(await candidates())[0]).toEqual([third.slug, fourth.slug])
})

test.each([
  ['UN QDi.001', 'UN_SC:QDi.001', 'EU_FSF_UN:QDi.001'],
  ['UN QDi.002', 'EU_FSF_UN:QDi.002', 'UK_SANCTIONS_UN:QDi.002'],
  ['UN data 99001', 'UN_SC_DATA:99001', 'OPENSANCTIONS:unsc-99001'],
  ['EU EU.4094.64', 'EU_REFERENCE:EU.4094.64', 'OPENSANCTIONS:eu-fsf-eu-4094-64'],
  ['UK AFG0011', 'UK_SANCTIONS:AFG0011', 'OPENSANCTIONS:gb-fcdo-afg0011'],
  ['OFSI 7270', 'OFSI_GROUP:7270', 'OPENSANCTIONS:gb-hmt-7270'],
])('two actors with the number %s are candidates, and a longer number is another one', async (detail, ...both) => {
  const numbered = async (identifier: string) => {
    const [scheme = '', value = ''] = identifier.split(':')
    const actor = await bear(`Entry ${identifier}`, aPerson)
    await database.identifier.create({ data: { actorId: actor.id, scheme, value } })
    return actor.slug
  }
  const pair = [await numbered(both[0]), await numbered(both[1])]
  await numbered(`${both[0]}9`)
  const found = await candidates()
  expect(slugsOf(found)).toEqual([pair])
  expect(found[0]?.reasons).toEqual([{ kind: 'IDENTIFIER', detail }])
})

test('namesakes whose other names differ, or whose countries differ, make no candidate', async () => {
  const year: [string, string] = ['1961-01-01', '1961-12-31']
  const [russia, syria] = [await country('RU'), await country('SY')]
  for (const given of ['Haji Bashir Quarkwitz', 'Haji Kotwal Quarkwitz']) await person(given, year)
  for (const { id: objectId } of [russia, syria]) {
    const { id: subjectId } = await person('Namesake Quarkwitz', year)
    await database.relationship.create({ data: { subjectId, objectId, kind: 'MEMBER_OF' } })
  }
  expect(await candidates()).toEqual([])
  // The same day of birth outweighs the countries.
  for (const { id: objectId } of [russia, syria]) {
    const { id: subjectId } = await person('Twin Quarkwitz', ['1962-12-24', '1962-12-24'])
    await database.relationship.create({ data: { subjectId, objectId, kind: 'MEMBER_OF' } })
  }
  expect(await candidates()).toMatchObject([{ reasons: [{ detail: 'quarkwitz twin' }, { detail: '1962-12-24' }] }])
})

test('companies that share an alias, and ships of different flags, make no candidate', async () => {
  const cuba = (await aSanction({ program: 'CUBA' })).id
  const firms = []
  for (const name of ['Compania Zubr', 'Corporacion Zubr']) firms.push(await bear(name, anOrganization as never))
  for (const { id } of firms) {
    await aTarget(cuba, id)
    await database.actorName.create({ data: { actorId: id, value: 'ZUBR', kind: 'ALIAS', searchKey: 'zubr' } })
  }
  const [iran, panama] = [await country('IR'), await country('PA')]
  const ships = []
  for (const flagId of [iran.id, panama.id, panama.id]) {
    const asset = { create: { kind: 'VESSEL', flagId } }
    ships.push(await bear('SABRINA Q', anAsset as never, { asset }))
  }
  const found = slugsOf(await candidates())
  await database.sanctionTarget.deleteMany({ where: { sanctionId: cuba } })
  expect(found).toEqual([[ships[1]?.slug, ships[2]?.slug]])
})

test('a programme tells a country also with a number or a prefix, or by its ISO code after EU', async () => {
  const listed = []
  for (const [program, name] of [
    ['IRAQ2', 'Quarkwitz Works'],
    ['CAATSA - RUSSIA', 'Quarkwitz Plant'],
    ['EU-BLR', 'Quarkwitz Mill'],
  ] as const)
    for (let twice = 0; twice < 2; twice++) {
      const actor = await bear(name, anOrganization as never)
      await aTarget((await aSanction({ program })).id, actor.id)
      listed.push(actor.slug)
    }
  const found = await candidates()
  await database.sanctionTarget.deleteMany({ where: { actorId: { in: made } } })
  expect(found.map(({ reasons }) => reasons[1]?.detail)).toEqual(['Belarus', 'Russia', 'Iraq'])
})

test('a programme tells no country by an abbreviation, a capital, an adjective or a name in another language', async () => {
  for (const [program, name] of [
    ['UK - CYBER', 'Quarkwitz Works'],
    ['MINSK', 'Quarkwitz Plant'],
    ['AMERICAN2', 'Quarkwitz Mill'],
    ['UNGARN', 'Quarkwitz Yard'],
  ] as const)
    for (let twice = 0; twice < 2; twice++) {
      const actor = await bear(name, anOrganization as never)
      await aTarget((await aSanction({ program })).id, actor.id)
    }
  const found = await candidates()
  await database.sanctionTarget.deleteMany({ where: { actorId: { in: made } } })
  expect(found).toEqual([])
})

test('groups of GDELT, which are codes of roles, are not candidates', async () => {
  const belarus = await country('BY')
  for (const code of ['BLRGOV', 'BLRMIL']) {
    const { id } = await bear('Minsk Quarkwitz', aGroup)
    await database.relationship.create({ data: { subjectId: id, objectId: belarus.id, kind: 'MEMBER_OF' } })
    await database.identifier.create({ data: { actorId: id, scheme: 'GDELT_ACTOR', value: code } })
  }
  expect(await candidates()).toEqual([])
  await database.identifier.deleteMany({ where: { scheme: 'GDELT_ACTOR' } })
  expect(await candidates()).toHaveLength(1)
})

test('candidates require a key with the scope, even if the document is known', async () => {
  await candidates()
  const { secret } = await anEditor('import')
  expect((await ask(query, {}, secret)).errors).toMatchObject([
    { message: expect.stringMatching(/does not have the scope "write"/), extensions: { code: 'FORBIDDEN' } },
  ])
  const { errors } = await ask(query)
  expect(errors).toMatchObject([{ path: ['mergeCandidates'], extensions: { code: 'UNAUTHENTICATED' } }])
})

test('a missing scope is the error also of a document that is too expensive for the resolvers', async () => {
  const answer = await askingWithin({})(
    '{ mergeCandidates(first: 1) { reasons { kind } } events(first: 1) { facets(by: [YEAR]) { by } } }',
  )
  expect(answer).toMatchObject({ data: null, errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] })
})
