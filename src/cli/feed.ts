import { renewEpoch } from '../changelog/maintenance.ts'
import type { Config } from '../config.ts'
import { openConfiguredDatabase } from '../db/configured.ts'
import { UserError } from '../domain/errors.ts'
import { print } from './print.ts'

/** Starts a new epoch of the change log. Run it after restoring an older backup, before starting the service. */
export async function manageFeed(config: Config, action: string): Promise<void> {
  if (action !== 'new-epoch') throw new UserError(`There is no command "feed ${action}": use "feed new-epoch".`)
  const database = await openConfiguredDatabase(config, 'owner')
  try {
    await database.migrate()
    print(`The change log has the new epoch ${await renewEpoch()}. Older cursors are no longer accepted.`)
  } finally {
    await database.close()
  }
}
