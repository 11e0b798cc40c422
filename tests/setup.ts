import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, inject } from 'vitest'
import { withClient } from '../src/db/with-client.ts'
import { closeTestDatabase, openTestDatabase } from './client.ts'
import { urlOf } from './database.ts'
import { databasePrefix } from './template.ts'

// Creates a database for each test file before it runs.
const adminUrl = inject('adminUrl')
const name = `${databasePrefix(inject('run'))}${randomBytes(4).toString('hex')}`

await clone()
process.env.DATABASE_URL = urlOf(adminUrl, name)
openTestDatabase()

afterAll(async () => {
  await closeTestDatabase()
  // Drops it without FORCE, because closing an open pool's connections would be an error in this process. The end of
  // the run drops the rest.
  await withClient(adminUrl, (client) => client.query(`DROP DATABASE "${name}"`)).catch(() => {})
})

async function clone(attempts = 20): Promise<void> {
  try {
    // With FILE_COPY and without fsync, this takes half the time of the default.
    const sql = `CREATE DATABASE "${name}" TEMPLATE "${inject('template')}" STRATEGY FILE_COPY`
    await withClient(adminUrl, (client) => client.query(sql))
  } catch (error) {
    const isBusy = error instanceof Error && 'code' in error && error.code === '55006'
    if (!isBusy || attempts === 0) throw error
    await sleep(50)
    await clone(attempts - 1)
  }
}
