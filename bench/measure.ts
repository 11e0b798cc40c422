import type { RunningContender } from './contenders.ts'
import type { Loader } from './loader.ts'
import { print } from './print.ts'
import { backendCpu, cpuOf, memoryOf, settle } from './processes.ts'
import type { Series } from './series.ts'
import type { Session } from './session.ts'

/** The measurements of one round. CPU is in milliseconds per request, memory in MB. */
export interface Sample {
  perSecond: number
  p50: number
  p99: number
  serverCpu: number | undefined
  databaseCpu: number | undefined
  resident: number | undefined
  peak: number | undefined
}

/** A contender under one kind of load. */
export interface Subject {
  session: Session
  contender: RunningContender
  query: string
  bodies: string[]
  connections: number
}

/** The measurements of a subject: one sample for each round. */
export interface Cell extends Subject {
  samples: Sample[]
}

export const subjectsOf = (session: Session, { name, bodies }: Series, connections: number): Subject[] =>
  session.contenders.map((contender) => ({
    session,
    contender,
    query: name,
    bodies: bodies.get(contender.name) ?? [],
    connections,
  }))

/** Loads each subject until its code and its caches are warm. */
export async function warmUp(loader: Loader, subjects: Subject[], seconds: number): Promise<void> {
  for (const subject of subjects) {
    const { query, contender, bodies } = subject
    await loader.run({ url: contender.url, bodies, connections: 16, seconds })
    await settle(() => cpuOfBoth(subject))
    print(`${query}: ${contender.name} is warm.`)
  }
}

/** Loads each subject once in each round, so that other load on the machine affects all of them equally. */
export async function measureInTurn(
  loader: Loader,
  subjects: Subject[],
  { rounds, seconds }: { rounds: number; seconds: number },
): Promise<Cell[]> {
  const cells = subjects.map((subject): Cell => ({ ...subject, samples: [] }))
  for (let round = 1; round <= rounds; round++)
    for (const { samples, ...subject } of cells) {
      const sample = await measure(loader, subject, seconds)
      samples.push(sample)
      const { session, contender, query, connections } = subject
      print(
        `${query}, ${session.events} events, ${connections} connections, round ${round}: ` +
          `${contender.name} ${sample.perSecond.toFixed(0)}/s, p50 ${sample.p50.toFixed(2)} ms`,
      )
    }
  return cells
}

async function measure(loader: Loader, subject: Subject, seconds: number): Promise<Sample> {
  const { bodies, connections } = subject
  const { pid, url } = subject.contender
  const before = await cpuOfEach(subject)
  const { sent, perSecond, p50, p99 } = await loader.run({ url, bodies, connections, seconds })
  const memory = memoryOf(pid)
  await settle(() => cpuOfBoth(subject))
  const after = await cpuOfEach(subject)
  const perRequest = (now?: number, then = 0) => (now === undefined ? undefined : (now - then) / sent)
  return {
    perSecond,
    p50,
    p99,
    serverCpu: perRequest(after.server, before.server),
    databaseCpu: perRequest(after.database, before.database),
    resident: memory?.resident,
    peak: memory?.peak,
  }
}

/** Returns the CPU time of the contender's process and of its PostgreSQL backends. */
async function cpuOfEach({ session: { client }, contender: { pid, application } }: Subject) {
  return { server: cpuOf(pid), database: await backendCpu(client, application) }
}

async function cpuOfBoth(subject: Subject): Promise<number> {
  const { server = 0, database = 0 } = await cpuOfEach(subject)
  return server + database
}

/** Returns the median of the defined values. */
export function median(values: (number | undefined)[]): number | undefined {
  const sorted = values.filter((value) => value !== undefined).sort((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  const [low, high] = [sorted[middle - 1], sorted[middle]]
  return sorted.length % 2 || low === undefined || high === undefined ? high : (low + high) / 2
}
