import type { Config } from '../config.ts'
import { db } from '../db/client.ts'
import { migrate } from '../db/migrate.ts'
import { seed } from '../import/seed.ts'
import { openConfiguredDatabase } from './database.ts'
import { say } from './say.ts'

/** Brings the seed into the configured database, migrated first; what is there already stays as it is. */
export async function seedDatabase(config: Config): Promise<void> {
  const database = await openConfiguredDatabase(config)
  try {
    await migrate(database.directUrl)
    const { read, created, changed, unchanged, rejections } = await seed()
    say(
      `${read} records read: ${created} created, ${changed} changed, ${unchanged} as they were, ${rejections.length} refused.`,
    )
    for (const { number, key, reason } of rejections) say(`  Record ${number} (${key}): ${reason}`)
    if (rejections.length) process.exitCode = 2
  } finally {
    await db.$disconnect()
    await database.close()
  }
}
