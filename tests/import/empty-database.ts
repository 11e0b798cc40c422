import { migrate } from '../../src/db/migrate.ts'
import { withClient } from '../../src/db/with-client.ts'
import { testDatabase, urlOf } from '../database.ts'

/** Creates a migrated database without records, in addition to that of the test file. */
export async function emptyDatabase(name: string): Promise<{ url: string; drop: () => Promise<void> }> {
  const { url: own } = testDatabase()
  const database = `${new URL(own).pathname.slice(1)}_${name}`
  const admin = urlOf(own, 'postgres')
  await withClient(admin, (client) => client.query(`CREATE DATABASE "${database}" TEMPLATE template0`))
  const url = urlOf(own, database)
  await migrate(url)
  const drop = async () => {
    await withClient(admin, (client) => client.query(`DROP DATABASE "${database}"`))
  }
  return { url, drop }
}
