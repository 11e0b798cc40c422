import { inject } from 'vitest'
import { migrate } from '../../src/db/migrate.ts'
import { withClient } from '../../src/db/with-client.ts'
import { testDatabase, urlOf } from '../database.ts'

/** Creates a database with the seed, in addition to that of the test file. */
export async function seededDatabase(name: string): Promise<{ url: string; drop: () => Promise<void> }> {
  return createDatabase(name, `"${inject('template')}" STRATEGY FILE_COPY`)
}

/** Creates a migrated database without records, in addition to that of the test file. */
export async function emptyDatabase(name: string): Promise<{ url: string; drop: () => Promise<void> }> {
  const made = await createDatabase(name, 'template0')
  await migrate(made.url)
  return made
}

async function createDatabase(name: string, template: string) {
  const { url: own } = testDatabase()
  const database = `${new URL(own).pathname.slice(1)}_${name}`
  const admin = urlOf(own, 'postgres')
  await withClient(admin, (client) => client.query(`CREATE DATABASE "${database}" TEMPLATE ${template}`))
  const url = urlOf(own, database)
  const drop = async () => {
    await withClient(admin, (client) => client.query(`DROP DATABASE "${database}"`))
  }
  return { url, drop }
}
