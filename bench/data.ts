// Fills a database for the benchmark, unless it exists: npm run data -- --events 2000000
import { parseArgs } from 'node:util'
import { benchDatabase } from './database.ts'
import { print } from './print.ts'

const { values } = parseArgs({ options: { events: { type: 'string', default: '100000' } } })
print(`Ready: ${await benchDatabase(Number(values.events))}`)
