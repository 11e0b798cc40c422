import { readFile } from 'node:fs/promises'
import { MIGRATION_LOCK } from './migrate.ts'
import { withClient } from './with-client.ts'

const FILE = new URL('../../prisma/grants.sql', import.meta.url)

/** Lets the role that the service connects as do what it has to, and no more; to be called as the owner of the tables. */
export async function grantService(url: string, role: string): Promise<void> {
  const sql = await readFile(FILE, 'utf8')
  await withClient(url, async (client) => {
    // Two that grant at once would have one of them fail.
    await client.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK])
    await client.query(`SELECT set_config('dateline.service_role', $1, false)`, [role])
    await client.query(sql)
  })
}
