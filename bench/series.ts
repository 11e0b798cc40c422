import { isDeepStrictEqual } from 'node:util'
import { ask, type Contender, type RunningContender } from './contenders.ts'
import type { Asked, BenchQuery, Draw } from './queries/query.ts'
import type { Session } from './session.ts'

/** One query with the bodies of its requests, one for each draw, by the contender's name. */
export interface Series {
  name: string
  query: BenchQuery
  bodies: Map<string, string[]>
}

/** The number of requests of a query whose answers are compared before the measurement. */
const COMPARED = 50

/** Returns the same series of requests for each contender, after checking that their answers contain the same data. */
export async function prepareSeries(
  { client, contenders, events }: Session,
  [name, query]: [string, BenchQuery],
): Promise<Series> {
  const { rows: draws } = await client.query<Draw>(query.draws(events))
  const bodies = new Map<string, string[]>()
  for (const contender of contenders) bodies.set(contender.name, await bodiesFor(contender, query, draws))
  const step = Math.max(1, Math.floor(draws.length / COMPARED))
  for (let place = 0; place < draws.length; place += step) {
    const answers = contenders.map(async (contender) => {
      const data = await ask(contender.url, bodies.get(contender.name)?.[place] ?? '')
      return asked(contender, query).read(data as never)
    })
    requireEqual(name, draws[place], contenders, await Promise.all(answers))
  }
  return { name, query, bodies }
}

function asked({ dialect }: Contender, query: BenchQuery): Asked {
  if (dialect !== 'sql') return query[dialect]
  const { document, read } = query.dateline
  return { document, read, variables: (draw) => draw }
}

async function bodiesFor(contender: RunningContender, query: BenchQuery, draws: Draw[]): Promise<string[]> {
  const { document, variables, cursor } = asked(contender, query)
  const bodies: string[] = []
  for (const draw of draws) {
    const place =
      cursor &&
      (await ask(contender.url, JSON.stringify({ query: cursor.document, variables: cursor.variables(draw) })))
    const after = cursor?.read(place as never)
    const all = variables(after ? { ...draw, after } : draw)
    bodies.push(JSON.stringify({ query: document, operationName: query.operation, variables: all }))
  }
  return bodies
}

/** Dateline writes a date with one known end in the sense of its field. The peers return the column, which has one form. */
const inNeutralForm = (answer: unknown): unknown =>
  JSON.parse(
    JSON.stringify(answer)
      .replaceAll(/"\[\.\.([^"\]]+)\]"/g, '"../$1"')
      .replaceAll(/"\[([^"\]]+)\.\.\]"/g, '"$1/.."'),
  )

function requireEqual(name: string, draw: Draw | undefined, contenders: Contender[], answers: unknown[]): void {
  const neutral = answers.map(inNeutralForm)
  for (const [index, answer] of neutral.entries()) {
    if (isDeepStrictEqual(answer, neutral[0])) continue
    const [one, other] = [contenders[0]?.name, contenders[index]?.name]
    const where = firstDifference(neutral[0], answer)
    throw new Error(`${one} and ${other} answer ${name} of ${JSON.stringify(draw)} differently: ${where}.`)
  }
}

/** Describes the first difference between two values. */
function firstDifference(one: unknown, other: unknown, path = 'the data'): string {
  if (!isObject(one) || !isObject(other)) return `${path} is ${JSON.stringify(one)} and ${JSON.stringify(other)}`
  for (const key of new Set([...Object.keys(one), ...Object.keys(other)]))
    if (!isDeepStrictEqual(one[key], other[key])) return firstDifference(one[key], other[key], `${path}.${key}`)
  return `${path} is in one a list and in the other none`
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null
