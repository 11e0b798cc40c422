// Measures the rank and the time of misspelt names in search: npm run search -- --ofac <folder> --write
import { parseArgs } from 'node:util'
import { withClient } from '../src/db/with-client.ts'
import { describeMachine } from './report/machine.ts'
import { type SizeResults, searchReport } from './report/search.ts'
import { writeSection } from './report/section.ts'
import { namesDatabase } from './search/database.ts'
import { measure } from './search/measure.ts'
import { readList, withMadeUp } from './search/names.ts'

const { values } = parseArgs({
  options: {
    ofac: { type: 'string' },
    names: { type: 'string', default: '12000,1000000' },
    asked: { type: 'string', default: '1000' },
    write: { type: 'boolean', default: false },
  },
})
if (!values.ofac)
  throw new Error('Pass --ofac and the folder of a snapshot of the OFAC list, with sdn.csv and alt.csv.')
const sizes = values.names.split(',').map(Number)
const counts = values.asked.split(',').map(Number)
const list = await readList(values.ofac)

const results: SizeResults[] = []
let machine = ''
for (const [i, size] of sizes.entries()) {
  const url = await namesDatabase(withMadeUp(list.names, size))
  machine = await withClient(url, describeMachine)
  results.push({ size, asked: await measure(url, list, counts[i] ?? counts[0] ?? 1000) })
}
const command = `npm run search -- --ofac <folder> --names ${values.names} --asked ${values.asked} --write`
const report = searchReport({ machine, command, listed: list.names.length, results })
process.stdout.write(report)
if (values.write) await writeSection('Search', report)
