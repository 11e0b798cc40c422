// One entry of a register is one actor, whichever list or input names it.
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { closeDatabase, db, openDatabase } from '../../src/db/client.ts'
import { euFsf } from '../../src/import/formats/eu-fsf/eu-fsf.ts'
import { ftm } from '../../src/import/formats/ftm/ftm.ts'
import { gdelt } from '../../src/import/formats/gdelt/gdelt.ts'
import { ofac } from '../../src/import/formats/ofac/ofac.ts'
import { opensanctionsCsv } from '../../src/import/formats/opensanctions/csv.ts'
import { uk } from '../../src/import/formats/uk/uk.ts'
import { ask } from '../client.ts'
import { testDatabase } from '../database.ts'
import { anEditor } from '../schema/mutation/editor.ts'
import { seededDatabase } from './empty-database.ts'
import { importFolder, importText, importTexts } from './run.ts'

const at = (file: string) => fileURLToPath(new URL(`data/${file}`, import.meta.url))
const filesOf = (folder: string, names: string[]) =>
  Object.fromEntries(names.map((name) => [name, readFileSync(at(`${folder}/${name}`))]))
const bothLists = {
  ...filesOf('ofac-2021', ['sdn.csv', 'alt.csv']),
  ...filesOf('ofac-cons', ['cons_prim.csv', 'cons_alt.csv']),
}

let drop: () => Promise<void>
beforeEach(async () => {
  const made = await seededDatabase('identity')
  drop = made.drop
  openDatabase(made.url)
})
afterEach(async () => {
  await closeDatabase()
  await drop()
  openDatabase(testDatabase().url)
})

/** Returns the actors that have one of these identifiers, each once. */
const actorsWith = (...written: string[]) =>
  db.actor.findMany({
    where: {
      identifiers: {
        some: { OR: written.map((each) => ({ scheme: each.split(':')[0] ?? '', value: each.split(':')[1] ?? '' })) },
      },
    },
    include: {
      person: true,
      names: true,
      identifiers: { orderBy: { scheme: 'asc' } },
      targeted: { include: { sanction: true } },
    },
  })

const entity = (id: string, more: object = {}, properties: object = {}) => ({
  id,
  schema: 'Person',
  caption: 'Alexander Lukashenko',
  datasets: ['us_ofac_sdn'],
  properties: { name: ['Alexander Lukashenko'], birthPlace: ['Kopys'], position: ['President'], ...properties },
  ...more,
})
const importEntities = (entities: object[], asOf = '2021-07-08') =>
  importText(ftm, 'entities.ftm.json', entities.map((each) => JSON.stringify(each)).join('\n'), {
    asOf,
    maxDelisted: 100,
  })

describe('an entry on the SDN list and on the consolidated list', () => {
  const checkBoth = async () => {
    const [found, ...more] = await actorsWith('OFAC_SDN:9760', 'OFAC_CONS:9760')
    expect(more).toEqual([])
    expect(found).toMatchObject({
      slug: expect.stringMatching(/^ofac-(sdn|cons)-9760$/),
      name: 'Alyaksandr Hryhoryavich LUKASHENKA',
      identifiers: [{ scheme: 'OFAC_CONS' }, { scheme: 'OFAC_SDN' }],
      person: { birthEdtf: '1954-08-30' },
    })
    expect(found?.targeted.map(({ sanction, delistedEdtf }) => [sanction.program, delistedEdtf]).sort()).toEqual([
      ['BELARUS', null],
      ['UKRAINE-EO13662', null],
    ])
    expect(await actorsWith('OFAC_CONS:18299', 'OFAC_SDN:18299')).toHaveLength(1)
    expect(await actorsWith('OFAC_CONS:16681')).toMatchObject([{ slug: 'ofac-cons-16681' }])
  }

  test('is one actor with two listings if the files are imported together, and a second import changes nothing', async () => {
    const report = await importTexts(ofac, bothLists, { asOf: '2021-07-07' })
    expect(report).toMatchObject({ read: 57, created: 55, changed: 2, rejected: 0, leftOut: 5 })
    await checkBoth()
    const changes = await db.change.count()
    const again = await importTexts(ofac, bothLists, { asOf: '2021-07-08', batchSize: 56 })
    expect(again).toMatchObject({ read: 57, unchanged: 57, retracted: 0, rejected: 0 })
    expect(await db.change.count()).toBe(changes)
    await checkBoth()
  })

  test.each([
    ['SDN first', ['ofac-2021', 'ofac-cons']],
    ['consolidated first', ['ofac-cons', 'ofac-2021']],
  ])('is one actor if the lists are imported one after the other: %s', async (_, folders) => {
    for (const folder of [...folders, ...folders])
      expect(await importFolder(ofac, at(folder), { asOf: '2021-07-07' })).toMatchObject({ rejected: 0, retracted: 0 })
    await checkBoth()
    for (const folder of folders)
      expect(await importFolder(ofac, at(folder), { asOf: '2021-07-07' })).toMatchObject({ created: 0, changed: 0 })
  })

  test('is delisted from one list, and stays on the other', async () => {
    await importTexts(ofac, bothLists, { asOf: '2021-07-07' })
    const shorter = bothLists['cons_prim.csv']?.toString('latin1').replace(/^9760,.*\r\n/m, '') ?? ''
    await importTexts(ofac, { 'cons_prim.csv': shorter }, { asOf: '2021-07-09', maxDelisted: 100 })
    const [found] = await actorsWith('OFAC_SDN:9760')
    expect(found?.targeted.map(({ sanction, delistedEdtf }) => [sanction.program, delistedEdtf]).sort()).toEqual([
      ['BELARUS', null],
      ['UKRAINE-EO13662', '2021-07-08?/2021-07-09?'],
    ])
  })

  test('that an editor retracted is not created again from the other list', async () => {
    await importFolder(ofac, at('ofac-2021'), { asOf: '2021-07-07' })
    await db.actor.update({ where: { slug: 'ofac-sdn-9760' }, data: { retractedAt: new Date() } })
    expect(await importFolder(ofac, at('ofac-cons'), { asOf: '2021-07-07' })).toMatchObject({ rejected: 0 })
    expect(await db.actor.findUnique({ where: { slug: 'ofac-cons-9760' } })).toBeNull()
  })

  test('that an older version stored as two actors stays two until an editor merges them', async () => {
    await importFolder(ofac, at('ofac-cons'), { asOf: '2021-07-07' })
    // Lets the other list not find the actor of the first one, as older versions did not.
    await db.identifier.updateMany({ where: { value: '9760' }, data: { value: '9760-hidden' } })
    await importFolder(ofac, at('ofac-2021'), { asOf: '2021-07-07' })
    await db.identifier.updateMany({ where: { value: '9760-hidden' }, data: { value: '9760' } })
    const report = await importTexts(ofac, bothLists, { asOf: '2021-07-08' })
    expect(report).toMatchObject({ created: 0, rejected: 0, retracted: 0 })
    expect(await actorsWith('OFAC_SDN:9760', 'OFAC_CONS:9760')).toHaveLength(2)
  })
})

describe('an entity of OpenSanctions with the referent ofac-9760', () => {
  const entities = [entity('NK-lukashenko', { referents: ['ofac-9760', 'eu-fsf-1'] }, { deathDate: ['2099-01-01'] })]
  const one = async () => {
    const [found, ...more] = await actorsWith('OFAC_SDN:9760', 'OPENSANCTIONS:NK-lukashenko')
    expect(more).toEqual([])
    return found
  }

  test('joins the actor of the OFAC list, and adds what the list does not know', async () => {
    await importFolder(ofac, at('ofac-2021'), { asOf: '2021-07-07' })
    const before = await one()
    expect(await importEntities(entities)).toMatchObject({ created: 0, changed: 1, rejected: 0 })
    const found = await one()
    expect(found).toMatchObject({
      id: before?.id,
      slug: 'ofac-sdn-9760',
      name: 'Alyaksandr Hryhoryavich LUKASHENKA',
      description: 'President',
      person: { birthEdtf: '1954-08-30', deathEdtf: '2099-01-01' },
    })
    expect(found?.names.map(({ value }) => value)).toContain('Alexander Lukashenko')
    expect(await importEntities(entities)).toMatchObject({ unchanged: 1 })
    expect(await importFolder(ofac, at('ofac-2021'), { asOf: '2021-07-07' })).toMatchObject({ changed: 0, created: 0 })
  })

  test('is joined by the OFAC list that is imported after it, which decides on the name', async () => {
    await importEntities(entities)
    const before = await one()
    const report = await importFolder(ofac, at('ofac-2021'), { asOf: '2021-07-07' })
    expect(report).toMatchObject({ created: 53, changed: 1, rejected: 0 })
    const found = await one()
    expect(found).toMatchObject({
      id: before?.id,
      slug: 'opensanctions-nk-lukashenko',
      name: 'Alyaksandr Hryhoryavich LUKASHENKA',
      person: { birthEdtf: '1954-08-30', deathEdtf: '2099-01-01' },
    })
    expect(await importEntities(entities)).toMatchObject({ unchanged: 1 })
    expect(await importFolder(ofac, at('ofac-2021'), { asOf: '2021-07-07' })).toMatchObject({ changed: 0, created: 0 })
  })

  test('of another kind, or with two numbers of OFAC, joins at most one actor, and no row is rejected', async () => {
    const two = entity('NK-two', { referents: ['ofac-9760', 'ofac-9797'] })
    const firm = entity('NK-firm', { schema: 'Company', referents: ['ofac-6905'] })
    expect(await importEntities([two, firm])).toMatchObject({ created: 2, rejected: 0 })
    for (let time = 0; time < 2; time++) {
      expect(await importFolder(ofac, at('ofac-2021'), { asOf: '2021-07-07' })).toMatchObject({ rejected: 0 })
      expect(await importEntities([two, firm])).toMatchObject({ changed: 0, rejected: 0 })
    }
    expect(await importFolder(ofac, at('ofac-2021'), { asOf: '2021-07-07' })).toMatchObject({ changed: 0 })
    expect(await actorsWith('OFAC_SDN:9760', 'OFAC_SDN:9797', 'OPENSANCTIONS:NK-two')).toHaveLength(2)
    expect(await actorsWith('OFAC_SDN:6905', 'OPENSANCTIONS:NK-firm')).toHaveLength(2)
  })

  test('and a row of targets.simple.csv with the id ofac-9760 are the same actor as on the OFAC list', async () => {
    await importText(
      opensanctionsCsv,
      'targets.simple.csv',
      'id,schema,name,dataset\nofac-9760,Person,Lukashenka,us_ofac_sdn\n',
    )
    await importFolder(ofac, at('ofac-2021'), { asOf: '2021-07-07' })
    expect(await actorsWith('OFAC_SDN:9760', 'OPENSANCTIONS:ofac-9760')).toMatchObject([{ targeted: { length: 2 } }])
  })
})

describe('an entity of OpenSanctions that names entries of the European Union and the United Kingdom', () => {
  const referents = ['eu-fsf-eu-2026-82', 'gb-fcdo-afg0011', 'gb-hmt-7270', 'eu-fsf-eu-2026-8', 'gb-fcdo-afg001']
  const entities = [entity('NK-both', { referents })]
  const importEu = () => importFolder(euFsf, at('eu-fsf/export.xml'), { asOf: '2021-07-08' })
  const importUk = () => importFolder(uk, at('uk/UK-Sanctions-List.xml'), { asOf: '2026-08-14' })
  const all = () => actorsWith('OPENSANCTIONS:NK-both', 'EU_FSF:5295', 'UK_SANCTIONS:AFG0011')

  test('is one actor with both entries if it is imported first, and a second import changes nothing', async () => {
    await importEntities(entities)
    expect(await importEu()).toMatchObject({ created: 5, changed: 1 })
    expect(await importUk()).toMatchObject({ created: 1, changed: 1, rejected: 0 })
    expect(await all()).toMatchObject([{ name: 'Abid Hammadou', targeted: { length: 2 } }])
    for (const again of [() => importEntities(entities), importEu, importUk])
      expect(await again()).toMatchObject({ created: 0, changed: 0 })
  })

  test('joins one of them if it is imported last, and the other one is a candidate for a merge', async () => {
    await importEu()
    await importUk()
    expect(await importEntities(entities)).toMatchObject({ created: 0, changed: 1, rejected: 0 })
    expect(await actorsWith('OPENSANCTIONS:NK-both', 'EU_FSF:5295')).toHaveLength(1)
    const { data } = await ask(
      '{ mergeCandidates { actors { slug } reasons { kind detail } } }',
      {},
      (await anEditor()).secret,
    )
    expect(data?.mergeCandidates).toEqual([
      {
        actors: [{ slug: 'eu-fsf-5295' }, { slug: 'uk-sanctions-afg0011' }],
        reasons: [{ kind: 'IDENTIFIER', detail: 'OFSI 7270' }],
      },
    ])
  })

  test('is recognized by the id of a row of targets.simple.csv too', async () => {
    await importUk()
    const rows = 'id,schema,name,dataset\ngb-fcdo-afg0011,Person,Mansur,gb_fcdo_sanctions\n'
    expect(await importText(opensanctionsCsv, 'targets.simple.csv', rows)).toMatchObject({ created: 0, changed: 1 })
  })
})

describe('the number of a ship', () => {
  const sdn = (number: string, type = 'vessel') =>
    `9100001,"OTHER SHIP",${type},"DPRK4","-0- ","-0- ","-0- ","-0- ","-0- ","-0- ","-0- ","Vessel Registration Identification IMO ${number}."\r\n`
  const vessel = (number: string, schema = 'Vessel') => [
    entity('NK-ship', { schema, caption: 'Third Ship' }, { name: ['Third Ship'], imoNumber: [number] }),
  ]
  const csv = 'id,schema,name,identifiers,dataset\nNK-csv,Vessel,Fourth Ship,123456789;IMO9562233,test\n'
  const steps = [
    () => importText(ofac, 'sdn.csv', sdn('9562233'), { asOf: '2021-07-08' }),
    () => importFolder(uk, at('uk/UK-Sanctions-List.xml'), { asOf: '2026-08-14' }),
    () => importEntities(vessel('IMO9562233')),
    () => importText(opensanctionsCsv, 'targets.simple.csv', csv, { asOf: '2021-07-08' }),
  ]
  const ships = () => actorsWith('OFAC_SDN:9100001', 'UK_SANCTIONS:DPR0075', 'OPENSANCTIONS:NK-ship')

  test.each([
    ['in the order of their authority', [0, 1, 2]],
    ['in the other order', [2, 1, 0]],
    ['with the simplified table', [3, 1, 0]],
  ])('joins the entries of several lists, and the first list decides on the name: %s', async (_, order) => {
    for (const index of order) expect(await steps[index]?.()).toMatchObject({ rejected: 0 })
    for (const index of order) await steps[index]?.()
    expect(await ships()).toMatchObject([{ name: 'OTHER SHIP', identifiers: { length: 4 } }])
    for (const index of order) expect(await steps[index]?.()).toMatchObject({ created: 0, changed: 0 })
  })

  test.each(['9562234', '0000000'])('joins no entries if it is %s, which is wrong, and is reported', async (number) => {
    const reason = `is left out, because it does not have seven digits, or its check digit is wrong.`
    const report = await importText(ofac, 'sdn.csv', sdn(number), { asOf: '2021-07-08' })
    expect(report.rejections).toMatchObject([{ reason: `The IMO number "${number}" ${reason}` }])
    const other = await importEntities(vessel(`IMO${number}`))
    expect(other.rejections).toMatchObject([{ reason: `The IMO number "IMO${number}" ${reason}` }])
    expect(await ships()).toHaveLength(2)
  })

  test('does not join a company or an aircraft', async () => {
    // The digits are right for a ship and for a company.
    await importText(ofac, 'sdn.csv', sdn('6132673', '-0- '), { asOf: '2021-07-08' })
    await importEntities(vessel('6132673'))
    expect(await actorsWith('OFAC_SDN:9100001', 'OPENSANCTIONS:NK-ship')).toHaveLength(2)
    await db.asset.updateMany({ data: { kind: 'AIRCRAFT' } })
    await importText(ofac, 'sdn.csv', sdn('6132673').replace('9100001', '9100002'), { limit: 9 })
    expect(await actorsWith('OFAC_SDN:9100002', 'OPENSANCTIONS:NK-ship')).toHaveLength(2)
  })
})

test('the European Union is one actor, as the authority of sanctions, as an entity, and in events', async () => {
  await importText(
    opensanctionsCsv,
    'targets.simple.csv',
    'id,schema,name,dataset,program_ids\nNK-a,Company,One,eu_fsf,EU-BLR\nNK-b,Company,Two,eu_fsf,\n',
  )
  const sanction = (id: string, properties: object) => ({
    id,
    schema: 'Sanction',
    datasets: ['eu_fsf'],
    properties: { entity: ['NK-a'], ...properties },
  })
  await importEntities([
    sanction('s1', { authority: ['European Union'] }),
    sanction('s2', { country: ['eu'], authority: ['Council'], program: ['Two'] }),
    { id: 'Q458', schema: 'PublicBody', caption: 'European Union', properties: { wikidataId: ['Q458'] } },
  ])
  const columns = readFileSync(at('gdelt-v1.tsv'), 'utf8').split('\n')[20]?.split('\t') ?? []
  columns.splice(0, 1, '900000001')
  columns.splice(5, 3, 'IGOEUREEC', 'THE EUROPEAN UNION', 'EUR')
  await importText(gdelt, 'events.tsv', `${columns.join('\t')}\n`)
  const found = await db.actor.findMany({
    where: { name: { contains: 'european union', mode: 'insensitive' } },
    include: { imposed: true, participations: true },
  })
  expect(found).toMatchObject([{ kind: 'ORGANIZATION', imposed: { length: 5 }, participations: { length: 1 } }])
})
