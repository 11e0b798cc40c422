import type { Config } from '../config.ts'
import { openConfiguredDatabase } from '../db/configured.ts'
import { print } from './print.ts'

/** Applies all pending migrations to the configured database, and prints their names to standard output. */
export async function migrateDatabase(config: Config): Promise<void> {
  const database = await openConfiguredDatabase(config, 'owner')
  try {
    for (const note of database.notes) print(note)
    const applied = await database.migrate()
    for (const name of applied) process.stdout.write(`${name}\n`)
    print(applied.length ? `${applied.length} migrations applied.` : 'The database is up to date.')
  } finally {
    await database.close()
  }
}
