// The service: configuration → database → migrations → seed → server → shutdown.
import { styleText } from 'node:util'
import { openConfiguredDatabase } from './cli/database.ts'
import { say } from './cli/say.ts'
import type { Config } from './config.ts'
import { db } from './db/client.ts'
import { migrate } from './db/migrate.ts'
import { seed } from './import/seed.ts'
import { createLog } from './server/observe.ts'
import { graphqlPath, startServer } from './server/server.ts'

/** Runs until SIGINT or SIGTERM; a second signal ends it at once. */
export async function serve(config: Config): Promise<void> {
  const begun = performance.now()
  const log = createLog(config.logLevel)
  const stopped = nextSignal()
  const database = await openConfiguredDatabase(config)
  try {
    const applied = await migrate(database.directUrl)
    const seeded = await seedIfEmpty()
    const server = await startServer({ port: config.port, host: config.host, log })
    const seconds = ((performance.now() - begun) / 1000).toFixed(1)
    const query = '{ country(by: { code: "BY" }) { name events(first: 3) { nodes { title date { label } } } } }'
    say(`
${styleText('bold', 'Dateline')} is ready after ${seconds} s.

  GraphiQL  ${styleText('cyan', server.url + graphqlPath)}
  Database  ${database.description}${applied.length ? `; ${applied.length} migrations applied` : ''}
  Seed      ${seeded}
  Try       curl -s ${server.url}${graphqlPath} -H 'content-type: application/json' -d '${JSON.stringify({ query })}'

Ctrl-C stops it.
`)
    await stopped
    say('Stopping: answering what has been asked …')
    await server.stop()
  } finally {
    await db.$disconnect()
    await database.close()
  }
  say('Stopped.')
}

async function seedIfEmpty(): Promise<string> {
  if (await db.actor.findFirst({ select: { id: true } })) return 'the database has data already'
  const { created, rejected } = await seed()
  return `${created} records: the countries, and the first article's facts${rejected ? ` (${rejected} were refused)` : ''}`
}

function nextSignal(): Promise<void> {
  return new Promise((resolve) => {
    const heard = () => {
      process.once('SIGINT', () => process.exit(130))
      process.once('SIGTERM', () => process.exit(143))
      resolve()
    }
    process.once('SIGINT', heard)
    process.once('SIGTERM', heard)
  })
}
