import { readFile } from 'node:fs/promises'
import { MIGRATION_LOCK } from './migrate.ts'
import { withClient } from './with-client.ts'

const FILE = new URL('../../prisma/grants.sql', import.meta.url)

/** Grants the service's role the rights that it needs. Must be called as the owner of the tables. */
export async function grantService(url: string, role: string): Promise<void> {
  const sql = await readFile(FILE, 'utf8')
  await withClient(url, async (client) => {
    // Concurrent GRANT statements on the same objects fail.
    await client.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK])
    await client.query(`SELECT set_config('dateline.service_role', $1, false)`, [role])
    await client.query(sql)
  })
}
