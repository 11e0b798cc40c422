import { readdir, stat } from 'node:fs/promises'
import path from 'node:path'
import type pg from 'pg'
import { withClient } from '../../src/db/with-client.ts'
import { databaseOf, fingerprint, hashOf, importOfac, makeFilled, suffixOf } from '../database.ts'
import { print } from '../print.ts'
import { eventRows, helpers } from '../rows.ts'

/** The number of events that are written with the change log, and the number in one transaction. */
const LOGGED = 5000
const BATCH = 250

/** The identifiers by which the list refers to countries. The generated data does not contain them. */
const COUNTRY_KEYS = `
  INSERT INTO "Identifier" (id, scheme, value, "actorId")
  SELECT gen_random_uuid(), 'ISO3166', iso2, "actorId" FROM "Country"`

export interface WorstDatabase {
  events: number
  /** Folders of snapshots of the OFAC list, oldest first. The name of a folder is its day. */
  ofac: readonly string[]
  checkout: string
}

/** Returns the address of a database with the generated events, 5,000 more with the change log, and the OFAC lists. */
export async function worstDatabase({ events, ofac, checkout }: WorstDatabase): Promise<string> {
  const name = `dateline_bench_worst_${events}${await suffixOf(checkout)}`
  const made = hashOf([await fingerprint(events, checkout), LOGGED, COUNTRY_KEYS, await Promise.all(ofac.map(filesOf))])
  return databaseOf(name, made, async (url) => {
    await makeFilled(url, events, checkout)
    await withClient(url, async (client) => {
      await client.query(COUNTRY_KEYS)
      await addLogged(client, events)
    })
    for (const folder of ofac) {
      print(`Importing ${path.basename(folder)} of the OFAC list.`)
      await importOfac(checkout, url, folder, path.basename(folder))
    }
    await withClient(url, (client) => client.query('VACUUM ANALYZE'))
  })
}

async function filesOf(folder: string): Promise<unknown[]> {
  const names = (await readdir(folder)).sort()
  return Promise.all(names.map(async (name) => [name, (await stat(path.join(folder, name))).size]))
}

/** Adds events after the generated ones, with the triggers of the change log. */
async function addLogged(client: pg.Client, events: number): Promise<void> {
  await client.query(`SET synchronous_commit = off; ${helpers}`)
  const { rows } = await client.query<{ count: number }>('SELECT count(*)::int AS count FROM "Country"')
  const countries = rows[0]?.count ?? 0
  const total = events + LOGGED
  for (let first = events; first < total; first += BATCH) {
    await client.query('BEGIN')
    for (const statement of eventRows({ first, last: first + BATCH - 1, events: total, countries }))
      await client.query(statement)
    await client.query('COMMIT; SELECT sequence_changes()')
  }
  print(`${LOGGED} events are in the change log.`)
}
