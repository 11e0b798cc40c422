import path from 'node:path'
import type { Config } from '../config.ts'
import { openDatabase } from '../db/client.ts'
import { startEmbedded } from '../db/embedded.ts'
import { say } from './say.ts'

export interface ConfiguredDatabase {
  /** Past any connection pooler. */
  directUrl: string
  /** In words, without secrets. */
  description: string
  close(): Promise<void>
}

/** Opens the database that the configuration names, else the embedded one, which it starts or joins. */
export async function openConfiguredDatabase(config: Config): Promise<ConfiguredDatabase> {
  const { databaseUrl, directDatabaseUrl = databaseUrl, dataDir } = config
  if (databaseUrl && directDatabaseUrl) {
    openDatabase(databaseUrl)
    const { host, pathname } = new URL(databaseUrl)
    return { directUrl: directDatabaseUrl, description: `${pathname.slice(1)} at ${host}`, close: async () => {} }
  }
  const embedded = await startEmbedded({ dir: path.resolve(dataDir) })
  for (const note of embedded.notes) say(note)
  openDatabase(embedded.url)
  const description = `embedded PostgreSQL, data in ${path.relative('.', embedded.dir) || embedded.dir}`
  return { directUrl: embedded.url, description, close: embedded.stop }
}
