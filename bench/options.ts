import { parseArgs } from 'node:util'
import type { BenchQuery } from './queries/query.ts'
import { queries } from './queries.ts'

export interface Options {
  events: number
  rounds: number
  seconds: number
  warmup: number
  queries: [string, BenchQuery][]
  connections: number[]
  contenders: string[]
  /** Whether the results replace their section of RESULTS.md. */
  write: boolean
}

/** The values of flags that are not given. */
interface Defaults {
  events: string
  queries: string
  connections: string
  contenders: string
}

/** Reads the flags of a command. */
export function readOptions(defaults: Defaults): Options {
  const text = (value: string) => ({ type: 'string', default: value }) as const
  const { values } = parseArgs({
    options: {
      events: text(defaults.events),
      rounds: text('5'),
      seconds: text('4'),
      warmup: text('5'),
      queries: text(defaults.queries),
      connections: text(defaults.connections),
      contenders: text(defaults.contenders),
      write: { type: 'boolean', default: false },
    },
  })
  return {
    events: toNumber('events', values.events),
    rounds: toNumber('rounds', values.rounds),
    seconds: toNumber('seconds', values.seconds),
    warmup: toNumber('warmup', values.warmup),
    queries: values.queries.split(',').map((name) => [name, named(name)]),
    connections: values.connections.split(',').map((count) => toNumber('connections', count)),
    contenders: values.contenders.split(','),
    write: values.write,
  }
}

function toNumber(flag: string, text: string): number {
  const number = Number(text)
  if (!(number > 0)) throw new Error(`--${flag} takes numbers greater than 0, and was given "${text}".`)
  return number
}

function named(name: string): BenchQuery {
  const query = queries[name]
  if (!query) throw new Error(`There is no query "${name}": name some of ${Object.keys(queries).join(', ')}.`)
  return query
}

/** Returns the command that repeats the measurement. */
export function commandOf(script: string, options: Options): string {
  const { events, rounds, seconds, warmup, queries: asked, connections, contenders } = options
  return (
    `npm run ${script} -- --events ${events} --rounds ${rounds} --seconds ${seconds} --warmup ${warmup} ` +
    `--queries ${asked.map(([name]) => name)} --connections ${connections} --contenders ${contenders} --write`
  )
}
