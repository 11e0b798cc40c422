import type { Config } from '../config.ts'
import { openConfiguredDatabase } from '../db/configured.ts'
import type { ImportReport } from '../import/pipeline/importer.ts'
import { seed } from '../import/seed.ts'
import { mistakesOf, seedFrom } from '../import/seed-files.ts'
import { setErasureKey } from '../store/erasure/tombstone.ts'
import { print, withoutControls } from './print.ts'

/**
 * Migrates the configured database, and imports the seed into it, or the countries and the records of the given files. A repeated run
 * changes nothing. Sets the exit code to 2 if records were rejected.
 */
export async function seedDatabase(config: Config, files: readonly string[]): Promise<void> {
  const database = await openConfiguredDatabase(config, 'owner')
  try {
    for (const note of database.notes) print(note)
    await database.migrate()
    setErasureKey(config.erasureKey)
    const mistakes = files.length > 0 ? await importOwn(files) : await importDefault()
    for (const mistake of mistakes) print(`  ${withoutControls(mistake)}`)
    if (mistakes.length) process.exitCode = 2
  } finally {
    await database.close()
  }
}

async function importDefault(): Promise<string[]> {
  const report = await seed()
  printSums([report])
  return report.rejections.map(({ number, key, reason }) => `Record ${number} (${key}): ${reason}`)
}

async function importOwn(files: readonly string[]): Promise<string[]> {
  const reports = await seedFrom(files)
  printSums(reports)
  return mistakesOf(reports)
}

function printSums(reports: readonly ImportReport[]): void {
  const sum = (count: (report: ImportReport) => number) => reports.reduce((total, report) => total + count(report), 0)
  const sums = `${sum((each) => each.created)} created, ${sum((each) => each.changed)} changed, ${sum((each) => each.unchanged)} unchanged`
  print(`${sum((each) => each.read)} records read: ${sums}, ${sum((each) => each.rejections.length)} rejected.`)
}
