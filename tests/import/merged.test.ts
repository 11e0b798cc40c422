// Imports of lists that still contain records which an editor has merged.
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { db, openDatabase } from '../../src/db/client.ts'
import { writeId } from '../../src/domain/id.ts'
import { gdelt } from '../../src/import/formats/gdelt/gdelt.ts'
import { ofac } from '../../src/import/formats/ofac/ofac.ts'
import { testDatabase } from '../database.ts'
import { anEditor, type Editor, newEvent } from '../schema/mutation/editor.ts'
import { countBetween } from './ofac-count.ts'
import { importFolder } from './run.ts'

const at = (file: string) => fileURLToPath(new URL(`data/${file}`, import.meta.url))
const [older, newer] = [at('ofac-2019'), at('ofac-2021')]

let editor: Editor
beforeAll(async () => {
  openDatabase(testDatabase().url)
  editor = await anEditor()
})
afterAll(() => db.$disconnect())

const withSlug = (slug: string) => db.actor.findUniqueOrThrow({ where: { slug } })

test('entries that were merged into a person of the article stay merged, and the list still lists and delists them', async () => {
  await importFolder(ofac, older, { asOf: '2019-01-15' })
  const { created, delisted } = countBetween(older, newer)
  const made = await editor.done('personCreate', { name: 'Of An Article' }, { select: 'person { id }' })
  for (const entry of ['ofac-sdn-587', 'ofac-sdn-12057']) {
    const { id } = await withSlug(entry)
    await editor.done('actorMerge', { id: writeId('Person', id), into: made.person.id }, { select: 'actor { id }' })
  }
  const survivor = await withSlug('of-an-article')

  const report = await importFolder(ofac, newer, { asOf: '2021-07-07' })
  expect(report).toMatchObject({ created, retracted: delisted, rejected: 0 })
  // The newer list adds the nationality of one entry.
  expect(await withSlug('of-an-article')).toMatchObject({ name: 'Of An Article', version: survivor.version + 1 })
  expect(await importFolder(ofac, newer, { asOf: '2021-07-08' })).toMatchObject({ unchanged: 54, rejected: 0 })
})

test('two entries that were merged are both accepted', async () => {
  const found = await db.actor.findMany({
    where: { kind: 'ORGANIZATION', targeted: { some: { delistedPrecision: null } } },
    include: { targeted: true },
  })
  const place = ({ targeted: [target] }: (typeof found)[number]) => Number(target?.listingId)
  // The survivor's row comes first in the file.
  const [survivor, other] = found.sort((a, b) => place(a) - place(b))
  const ids = [other, survivor].map((actor) => writeId('Organization', actor?.id ?? ''))
  await editor.done('actorMerge', { id: ids[0], into: ids[1] }, { select: 'actor { id }' })
  expect(await importFolder(ofac, newer, { asOf: '2021-07-09' })).toMatchObject({
    unchanged: 54,
    retracted: 0,
    rejected: 0,
  })
  // Each entry in a batch of its own: the row of one entry says nothing of the other's listings.
  const actions = await db.sanctionAction.count()
  expect(await importFolder(ofac, newer, { asOf: '2021-07-10', batchSize: 1 })).toMatchObject({ unchanged: 54 })
  expect(await db.sanctionAction.count()).toBe(actions)
})

test('a GDELT event that was merged into another stays merged', async () => {
  await importFolder(gdelt, at('gdelt-v1.tsv'))
  const event = await db.event.findFirstOrThrow({ where: { slug: { startsWith: 'gdelt-' } } })
  const made = await editor.done('eventCreate', newEvent('The same in an article'), { select: 'event { id }' })
  await editor.done('eventMerge', { id: writeId('Event', event.id), into: made.event.id }, { select: 'event { id }' })
  expect(await importFolder(gdelt, at('gdelt-v1.tsv'))).toMatchObject({ created: 0, changed: 0, rejected: 0 })
})
