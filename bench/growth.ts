// Measures how the time of answers grows with the data: npm run growth -- --write
import { withLoader } from './loader.ts'
import { type Cell, measureInTurn, type Subject, subjectsOf, warmUp } from './measure.ts'
import { readOptions } from './options.ts'
import { type GrowthResults, growthReport } from './report/growth.ts'
import { describeMachine } from './report/machine.ts'
import { writeSection } from './report/section.ts'
import { prepareSeries } from './series.ts'
import { type Session, withSessions } from './session.ts'

const SMALL = 100_000

const options = readOptions({
  events: '2000000',
  queries: 'Q1,Q2,Q3,Q4',
  connections: '1',
  contenders: 'dateline,postgraphile,handwritten',
})
const report = await withSessions([SMALL, options.events], options.contenders, async (sessions) =>
  growthReport(await run(sessions)),
)
process.stdout.write(report)
if (options.write) await writeSection('Growth', report)

async function run(sessions: Session[]): Promise<GrowthResults> {
  const cells = await withLoader(async (loader) => {
    const measured: Cell[] = []
    for (const entry of options.queries)
      for (const connections of options.connections) {
        const subjects: Subject[] = []
        for (const session of sessions)
          subjects.push(...subjectsOf(session, await prepareSeries(session, entry), connections))
        await warmUp(loader, subjects, options.warmup)
        measured.push(...(await measureInTurn(loader, subjects, options)))
      }
    return measured
  })
  const { client, contenders } = sessions[0] as Session
  return { machine: await describeMachine(client), options, small: SMALL, cells, contenders }
}
