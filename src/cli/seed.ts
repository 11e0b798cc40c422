import type { Config } from '../config.ts'
import { openConfiguredDatabase } from '../db/configured.ts'
import { seed } from '../import/seed.ts'
import { setErasureKey } from '../store/erasure/tombstone.ts'
import { print } from './print.ts'

/** Migrates the configured database, and imports the seed into it. A repeated run changes nothing. */
export async function seedDatabase(config: Config): Promise<void> {
  const database = await openConfiguredDatabase(config, 'owner')
  try {
    for (const note of database.notes) print(note)
    await database.migrate()
    setErasureKey(config.erasureKey)
    const { read, created, changed, unchanged, rejections } = await seed()
    const sums = `${created} created, ${changed} changed, ${unchanged} unchanged, ${rejections.length} rejected`
    print(`${read} records read: ${sums}.`)
    for (const { number, key, reason } of rejections) print(`  Record ${number} (${key}): ${reason}`)
    if (rejections.length) process.exitCode = 2
  } finally {
    await database.close()
  }
}
