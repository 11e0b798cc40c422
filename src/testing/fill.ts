import { closeDatabase, openDatabase } from '../db/client.ts'
import { grantService } from '../db/grants.ts'
import { migrate } from '../db/migrate.ts'
import { withClient } from '../db/with-client.ts'
import { UserError } from '../domain/errors.ts'
import { seed } from '../import/seed.ts'
import { mistakesOf, seedFrom } from '../import/seed-files.ts'

/** The number of mistakes in seed files that the error names. */
const SHOWN_MISTAKES = 10

/** Removes the databases that CREATE DATABASE copies, which are not needed and make up half of the files. */
const dropTemplates = (url: string): Promise<void> =>
  withClient(url, async (client) => {
    await client.query('UPDATE pg_database SET datistemplate = false')
    for (const name of ['template0', 'template1']) await client.query(`DROP DATABASE IF EXISTS ${name}`)
  })

/** Migrates a database, and imports the seed files, or the service's own seed. Throws a `UserError` if a record is rejected. */
export async function fill(
  { url, serviceRole }: { url: string; serviceRole: string },
  files: readonly string[] | undefined,
): Promise<void> {
  await migrate(url)
  await grantService(url, serviceRole)
  await dropTemplates(url)
  openDatabase(url)
  try {
    if (files) refuseMistakes(mistakesOf(await seedFrom(files)))
    else await seed()
  } finally {
    await closeDatabase()
  }
}

function refuseMistakes(mistakes: readonly string[]): void {
  if (mistakes.length === 0) return
  const shown = mistakes.slice(0, SHOWN_MISTAKES)
  if (mistakes.length > shown.length) shown.push(`and ${mistakes.length - shown.length} other mistakes`)
  throw new UserError(shown.join('\n'))
}
