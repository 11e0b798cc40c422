import { withClient } from '../../src/db/with-client.ts'
import { testDatabase } from '../database.ts'

const tables = ['Actor', 'ActorName', 'Identifier', 'Citation', 'BirthClaim', 'Person', 'Sanction', 'Source', 'Change']

/** Returns all rows of the tables that imports of lists write, as text. */
export async function textsOfDatabase(): Promise<string> {
  return withClient(testDatabase().url, async (client) => {
    const all: string[] = []
    for (const table of tables) {
      const { rows } = await client.query<{ text: string }>(`SELECT t::text AS text FROM "${table}" t`)
      all.push(...rows.map(({ text }) => text))
    }
    return all.join('\n')
  })
}
