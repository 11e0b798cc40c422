import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { db } from '../db/client.ts'
import { checkRecords } from './formats/dateline/dateline.ts'
import { type ImportReport, importRecords } from './pipeline/importer.ts'

const folder = new URL('../../seed/data/', import.meta.url)

/** The files in the order of import: organizations and the article refer to countries. */
const files = ['countries.json', 'organizations.json', 'article.json', 'potash.json']

/** Imports the countries, the organizations, the facts of the seed article and the EU's ban on potash into the open database. A repeated import changes nothing. */
export async function seed(): Promise<ImportReport> {
  const reports: ImportReport[] = []
  for (const file of files) reports.push(await importFile(file))
  const sum = (count: (report: ImportReport) => number) => reports.reduce((total, report) => total + count(report), 0)
  return {
    read: sum(({ read }) => read),
    created: sum(({ created }) => created),
    changed: sum(({ changed }) => changed),
    unchanged: sum(({ unchanged }) => unchanged),
    retracted: sum(({ retracted }) => retracted),
    rejected: sum(({ rejected }) => rejected),
    leftOut: sum(({ leftOut }) => leftOut),
    erased: sum(({ erased }) => erased),
    rejections: reports.flatMap(({ rejections }) => rejections),
    reasons: new Map(reports.flatMap(({ reasons }) => [...reasons])),
  }
}

/** Imports the countries, which records of all types refer to, unless the database has countries. */
export async function seedCountries(): Promise<void> {
  if (!(await db.country.findFirst({ select: { actorId: true } }))) await importFile('countries.json')
}

async function importFile(file: string): Promise<ImportReport> {
  const content = await readFile(new URL(file, folder))
  const sha256 = createHash('sha256').update(content).digest('hex')
  const values = z.array(z.unknown()).parse(JSON.parse(content.toString('utf8')))
  return importRecords({ format: 'dateline', sha256, lines: checkRecords(values) })
}
