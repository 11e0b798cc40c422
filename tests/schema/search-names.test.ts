// How names are found: each as somebody else would write them.
import { describe, expect, test } from 'vitest'
import { withClient } from '../../src/db/with-client.ts'
import { searchKey } from '../../src/domain/name.ts'
import { ask, database, read } from '../client.ts'
import { testDatabase } from '../database.ts'
import { anEvent, anOrganization, aParticipant, aPerson, aSanction } from '../world.ts'

const actors = `query ($search: String!, $first: Int) {
  actors(search: $search, first: $first) { edges { score node { slug } } totalCount } }`

interface Found {
  actors: { edges: { score: number; node: { slug: string } }[]; totalCount: number }
}

const found = async (search: string, first = 10) => (await read<Found>(actors, { search, first })).actors
const slugs = async (search: string) => (await found(search)).edges.map(({ node }) => node.slug)
const first = async (search: string) => (await slugs(search))[0]

/** Gives an actor the names, the first of them as its primary name. */
async function named<A extends { id: string }>(actor: Promise<A>, ...names: string[]): Promise<A> {
  const { id } = await actor
  await database.actorName.createMany({
    data: names.map((value, i) => ({
      actorId: id,
      value,
      kind: i === 0 ? ('PRIMARY' as const) : ('ALIAS' as const),
      searchKey: searchKey(value),
    })),
  })
  return actor
}

const person = (...names: string[]) => named(aPerson({ name: names[0] }), ...names)
const organization = (...names: string[]) => named(anOrganization({ name: names[0] }), ...names)

test.each([
  ['in German', 'Lukaschenko', 'alexander-lukashenko'],
  ['in French', 'Loukachenko', 'alexander-lukashenko'],
  ['in Polish', 'Łukaszenka', 'alexander-lukashenko'],
  ['in Greek', 'Λουκασένκο', 'alexander-lukashenko'],
  ['in Arabic, without vowels', 'لوكاشينكو', 'alexander-lukashenko'],
  ['with Russian initials', 'А.Г. Лукашенко', 'alexander-lukashenko'],
  ['in German, from Russian', 'Tichanowskaja', 'sviatlana-tsikhanouskaya'],
  ['in Belarusian Latin script', 'Cichanoŭskaja', 'sviatlana-tsikhanouskaya'],
  ['in Belarusian Latin script', 'Mikałaj Statkievič', 'mikola-statkevich'],
  ['in German', 'Statkewitsch', 'mikola-statkevich'],
  ['in German, from Belarusian', 'Bjaljazki', 'ales-bialiatski'],
  ['in Belarusian', 'Бяляцкі', 'ales-bialiatski'],
  ['in Belarusian, romanized', 'Kalesnikava', 'maria-kolesnikova'],
  ['in Polish', 'Kolesnikowa', 'maria-kolesnikova'],
  ['in Russian, of an English name', 'Джон Коул', 'john-coale'],
  ['in haste', 'trmp', 'donald-trump'],
  ['in French', 'Donald Tramp', 'donald-trump'],
])('a person of the seed is the first result %s: %s', async (_how, text, slug) => {
  expect(await first(text)).toBe(slug)
})

test('Arabic names are found with and without the article, with q, g or k, and with other vowels', async () => {
  const { slug } = await person('Qutayba al-Dhubyani')
  for (const text of ['Gutaiba Aldubyani', 'Kutayba Dhubyany', 'Qutaybah AL DUBIANI'])
    expect(await first(text)).toBe(slug)
})

test('the words of a name are found in any order, and the asked order comes first', async () => {
  const { slug } = await person('Oskar Wendrik')
  const { slug: reversed } = await person('Wendrik Oskar')
  expect((await slugs('Oskar Wendrik')).slice(0, 2)).toEqual([slug, reversed])
  expect((await slugs('WENDRIK, Oskar')).slice(0, 2)).toEqual([reversed, slug])
})

test('a whole name comes before a part of one, and one that is spelt as asked before one that is spelt alike', async () => {
  const { slug: exact } = await person('Jorin Quellander')
  const { slug: longer } = await person('Jorin Quellander Vosk')
  const { slug: alike } = await person('Jorin Quelander')
  await person('Jorin Vosk')
  expect(await slugs('Jorin Quellander')).toEqual([exact, longer, alike])
})

test('a rare word says more than a common one', async () => {
  for (let i = 0; i < 8; i++) await person(`Bolvar Kommon${'abcdefgh'[i]}`)
  const { slug } = await person('Ilse Tarrenvik')
  await database.$executeRaw`SELECT count_words()`
  expect(await first('Bolvar Tarrenvik')).toBe(slug)
})

test('an actor in an event comes before one that is in none, if their names fit equally well', async () => {
  const inEvent = await person('Mirta Zolquist')
  const onList = await person('Mirta Zolquist')
  await aParticipant((await anEvent()).id, inEvent.id)
  expect(await slugs('Mirta Zolquist')).toEqual([inEvent.slug, onList.slug])
})

test('a primary name comes before an alias that is the same', async () => {
  const primary = await person('Pelka Yorvath')
  const alias = await person('Somebody Yorvath', 'Pelka Yorvath')
  expect((await slugs('Pelka Yorvath')).slice(0, 2)).toEqual([primary.slug, alias.slug])
})

test('initials fit the words that begin with them', async () => {
  const { slug } = await person('Gundelin Harro Prexler')
  await person('Sybil Prexler')
  for (const text of ['G. H. Prexler', 'Prexler G.', 'G.H. PREXLER']) expect(await first(text)).toBe(slug)
})

test.each(['OAO Zvarkomet', 'Zvarkomet JSC', 'ООО «Зваркомет»', 'ZVARKOMET LIMITED', 'Joint Stock Company Zvarkomet'])(
  'an organization is found without or with another legal form: %s',
  async (text) => {
    const { slug } =
      (await database.actor.findFirst({ where: { name: 'Zvarkomet GmbH' } })) ?? (await organization('Zvarkomet GmbH'))
    expect(await first(text)).toBe(slug)
  },
)

test('words that the name joins or splits are joined or split', async () => {
  const joined = await organization('Grodnopotash')
  const split = await organization('Ostrava Kolbenwerk')
  expect(await first('Grodno Potash')).toBe(joined.slug)
  expect(await first('Ostravakolbenwerk')).toBe(split.slug)
})

test('a name is found by its beginning, letter by letter', async () => {
  const { slug } = await person('Xqzuverin Olbrat')
  for (const text of ['Xqz', 'xqzu', 'Xqzuverin O', 'Xqzuverin Olb']) expect(await first(text)).toBe(slug)
  expect(await slugs('x')).not.toEqual([])
})

test('countries are found by names in other languages, capitals and adjectives', async () => {
  for (const text of [
    'Wit-Rusland',
    'Białoruś',
    '白俄罗斯',
    'بيلاروسيا',
    'Minsk',
    'Мінск',
    'Belarusian',
    'белорусский',
  ])
    expect(await first(text)).toBe('belarus')
})

test('a name with more words than a search asks for is found by the first ten', async () => {
  const { slug } = await person('Ala Bel Cer Dov Enn Fol Gur Hen Ilk Jorv Kelm Lond Mirz')
  expect(await first('Ala Bel Cer Dov Enn Fol Gur Hen Ilk Jorv Kelm Lond Mirz')).toBe(slug)
})

test('a changed or deleted name is no longer found, and a new one is at once', async () => {
  const { slug, id } = await person('Torvald Immenquist')
  await database.actorName.updateMany({
    where: { actorId: id },
    data: { value: 'Torvald Ellerby', searchKey: searchKey('Torvald Ellerby') },
  })
  expect(await slugs('Immenquist')).not.toContain(slug)
  expect(await database.searchWord.count({ where: { word: 'immenquist' } })).toBe(0)
  expect(await slugs('Elerby')).toContain(slug)
  await database.actorName.deleteMany({ where: { actorId: id } })
  expect(await slugs('Ellerby')).not.toContain(slug)
})

test('writers of names with the same new words do not wait for one another', async () => {
  const { url } = testDatabase()
  const [one, two] = [await aPerson(), await aPerson()]
  const insert = (id: string, name: string) =>
    `SET LOCAL lock_timeout = '2s'; INSERT INTO "ActorName" (id, "actorId", value, kind, "searchKey")
     VALUES (gen_random_uuid(), '${id}', '${name}', 'ALIAS', '${name}')`
  await withClient(url, (first) =>
    withClient(url, async (second) => {
      await first.query('BEGIN')
      await second.query('BEGIN')
      await first.query(insert(one.id, 'alvinrad burkostan'))
      await second.query(insert(two.id, 'burkostan alvinrad'))
      await first.query(insert(one.id, 'ceddermol'))
      await second.query(insert(two.id, 'ceddermol'))
      await first.query('COMMIT')
      await second.query('COMMIT')
    }),
  )
  expect((await slugs('Alvinrad Burkostan')).toSorted()).toEqual([one.slug, two.slug].toSorted())
  const words = () => database.searchWord.findMany({ where: { word: 'ceddermol' }, select: { count: true } })
  expect(await words()).toHaveLength(2)
  await database.$executeRaw`SELECT count_words()`
  expect(await words()).toEqual([{ count: 2 }])
})

describe('texts', () => {
  const events = async (search: string) => {
    const query = 'query ($search: String!) { events(search: $search) { nodes { slug } } }'
    const { events } = await read<{ events: { nodes: { slug: string }[] } }>(query, { search })
    return events.nodes.map(({ slug }) => slug)
  }

  test.each(['potash', 'potassium', 'калий', 'Kali', 'potas', 'potsah'])(
    'words of the domain, in other languages and misspelt, find the same events: %s',
    async (text) => {
      expect(await events(text)).toEqual(
        expect.arrayContaining(['us-lifts-potash-sanctions', 'coale-declares-potash-lifting']),
      )
    },
  )

  test('events are found by the actors in them, and by an actor and a word', async () => {
    const { id } = await person('Dragomil Ferrentz')
    const { id: eventId, slug } = await anEvent({ title: 'A harbour strike begins' })
    await aParticipant(eventId, id)
    expect(await events('Dragomil Ferentz')).toEqual([slug])
    expect((await events('Ferrentz harbours'))[0]).toBe(slug)
  })

  test.each(['U.S.-led harbour talks on belta.by', 'harbor.org'])(
    'words that a text joins by signs are found as it has them: %s',
    async (name) => {
      const { slug } = await anEvent({ title: `On ${name}` })
      expect(await events(name)).toContain(slug)
      const part = name.split(' ').at(-1) ?? name
      expect(await events(part)).toContain(slug)
    },
  )

  test('of many events with the same words, edited ones are found, and of words that none has together the rarer one', async () => {
    for (const word of ['Quillon', 'Brastok']) {
      await database.event.createMany({
        data: Array.from({ length: 300 }, (_, i) => ({
          slug: `many-${word.toLowerCase()}-${i}`,
          title: `${word} no. ${i}`,
          type: 'OTHER' as const,
          status: 'OCCURRED' as const,
          certainty: 'ASSERTED' as const,
          datePrecision: 'UNKNOWN' as const,
          dateBasis: 'STATED' as const,
          origin: i === 7 ? ('EDITED' as const) : ('MACHINE_CODED' as const),
        })),
      })
    }
    expect(await events('quillon')).toEqual(['many-quillon-7'])
    expect(await events('quillon brastok')).toEqual(expect.arrayContaining(['many-quillon-7']))
    expect(await events('quillon zzyxq vvorb')).toEqual([])
    const { slug } = await anEvent({ title: 'A vote', summary: 'The Ferdunk Quozzlam votes.' })
    expect(await events('ferdunk quozzlam zzyxq')).toEqual([slug])
  })

  test('a word of a title that is changed is not found misspelt any more, unless another title has it', async () => {
    const { id } = await anEvent({ title: 'Flimpernaut lands' })
    const { slug } = await anEvent({ title: 'A crew lands' })
    await database.event.update({ where: { id }, data: { title: 'A probe lands' } })
    const words = await database.searchWord.findMany({
      where: { isTitle: true, word: { in: ['flimpernaut', 'lands'] } },
    })
    expect(words.map(({ word }) => word)).toEqual(['lands'])
    expect(await events('flimpernaut')).toEqual([])
    expect(await events('crwe lands')).toEqual([slug])
  })

  test('sanctions are found by words that mean the same', async () => {
    const { slug } = await aSanction({ title: 'A ban on vessels of the Quorvian fleet' })
    const query = 'query ($search: String!) { sanctions(search: $search) { nodes { slug } } }'
    for (const search of ['Quorvian ships', 'судно Quorvian', 'quorvan'])
      expect(await read(query, { search })).toEqual({ sanctions: { nodes: [{ slug }] } })
  })
})

const mixed = 'a1б2ع3ж4ß5漢6カ7'
test.each([
  ...'aZ0é',
  'ж',
  'x'.repeat(100),
  'chczjqchczjqchczjqchczjqchczjqchczjq',
  'cz '.repeat(33),
  Array.from({ length: 40 }, (_, i) => String.fromCharCode(97 + (i % 26))).join(' '),
  'al '.repeat(33),
  'mohammad ali hassan ahmed khan hussein abdul rahman ibrahim omar',
  'OAO JSC LLC Ltd',
  'A. B. C. D.',
  'Dr.',
  '👩‍👩‍👧‍👦🇧🇾',
  mixed.repeat(7),
  `e${'\u0301'.repeat(99)}`,
  '\u202Eaknehsakul\u202C',
  'לוקשנקו',
  "'); DROP TABLE x; --",
  'a & !b | (c <-> d):*',
  '% _ \\ \\\\',
])('a search for %j ends with an answer, on all lists and in the box', async (text) => {
  const query = `query ($text: String!) { search(text: $text) { nodes { __typename } } actors(search: $text) { totalCount }
    events(search: $text) { totalCount } sanctions(search: $text) { totalCount } }`
  const { errors } = await ask(query, { text })
  expect(errors).toBeUndefined()
})

test.each(['Luka\u0000shenko', '\ud800'])('a search for %j, which is no text, is refused', async (search) => {
  const { errors } = await ask(actors, { search })
  expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }])
})
