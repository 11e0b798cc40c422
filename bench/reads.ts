// Measures reads compared to other servers of the same data: npm run reads -- --write
import { contenderNames } from './contenders.ts'
import { withLoader } from './loader.ts'
import { type Cell, measureInTurn, subjectsOf, warmUp } from './measure.ts'
import { readOptions } from './options.ts'
import { print } from './print.ts'
import { describeMachine } from './report/machine.ts'
import { type ReadResults, readReport } from './report/reads.ts'
import { writeSection } from './report/section.ts'
import { prepareSeries } from './series.ts'
import { type Session, withSessions } from './session.ts'
import { countStatements } from './statements.ts'

const options = readOptions({
  events: '100000',
  queries: 'Q1,Q2,Q3,Q4,Q5',
  connections: '1,16,64',
  contenders: contenderNames.join(','),
})
const report = await withSessions([options.events], options.contenders, async ([session]) =>
  readReport(await run(session as Session)),
)
process.stdout.write(report)
if (options.write) await writeSection('Reads', report)

async function run(session: Session): Promise<ReadResults> {
  const statements = new Map<string, Map<string, number>>()
  for (const name of options.contenders) statements.set(name, await countStatements(session, name, options.queries))
  const cells = await withLoader(async (loader) => {
    const measured: Cell[] = []
    for (const entry of options.queries) {
      const series = await prepareSeries(session, entry)
      print(`${series.name}: all answers hold the same data.`)
      await warmUp(loader, subjectsOf(session, series, 16), options.warmup)
      for (const connections of options.connections)
        measured.push(...(await measureInTurn(loader, subjectsOf(session, series, connections), options)))
    }
    return measured
  })
  const { client, contenders } = session
  return { machine: await describeMachine(client), options, cells, statements, contenders }
}
