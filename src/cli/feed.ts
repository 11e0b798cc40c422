import type { Config } from '../config.ts'
import { openConfiguredDatabase } from '../db/configured.ts'
import { DomainError } from '../domain/errors.ts'
import { renewEpoch } from '../log/keep.ts'
import { say } from './say.ts'

/** Begins a new epoch of the change log; to be run after an older backup was restored, before the service starts. */
export async function manageFeed(config: Config, action: string): Promise<void> {
  if (action !== 'new-epoch') throw new DomainError(`There is no command "feed ${action}": use "feed new-epoch".`)
  const database = await openConfiguredDatabase(config, 'owner')
  try {
    await database.migrate()
    say(`The change log has the new epoch ${await renewEpoch()}. Older cursors are no longer accepted.`)
  } finally {
    await database.close()
  }
}
