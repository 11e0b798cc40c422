import { pino } from 'pino'
import { expect, inject } from 'vitest'
import { closeDatabase, openDatabase, reads } from '../src/db/client.ts'
import type { PrismaClient } from '../src/db/generated/prisma/client.ts'
import { writeId } from '../src/domain/id.ts'
import { builder } from '../src/schema/builder.ts'
import { createHandler, type Handler } from '../src/server/http/server.ts'
import { defaultLimits, type Limits } from '../src/server/limits/limits.ts'
import { testDatabase } from './database.ts'
import { type PreparedRate, writeRate } from './prepared-rate.ts'

/** A statement as it was sent: its text and, as JSON, its parameters. */
export interface Statement {
  query: string
  params: string
}

interface Failure {
  message: string
  path?: (string | number)[]
  extensions?: { code?: string }
}

export interface Answer<Data> {
  data: Data | null | undefined
  errors: Failure[] | undefined
  /** How the document was answered; undefined where it was refused before. */
  path: Cost['path'] | undefined
  /** How many SQL statements it took field by field. */
  statements: number
}

interface Cost {
  path: 'prepared' | 'prisma'
  statements: number
}

/** The database of this test file, which the schema reads. */
export let database: PrismaClient<'query'>

/** The statements that the last `ask` sent. */
export const sent: Statement[] = []

/** What the service logged, as the lines of JSON that it would write. */
export const logged: string[] = []

const log = pino({ level: 'warn' }, { write: (line) => void logged.push(line) })
const unlimited = Object.fromEntries(Object.keys(defaultLimits).map((limit) => [limit, Number.MAX_SAFE_INTEGER]))
const handlersWithin = (limits: Partial<Limits>) => ({
  prepared: createHandler(log, { limits }),
  fieldByField: createHandler(pino({ level: 'silent' }), { limits, prepare: false }),
})
const within = { usual: handlersWithin({}), none: handlersWithin(unlimited) }

// Pothos reads it at each field: a resolver that leaves its planned query aside would read row by row, unseen.
Object.assign(builder.options.prisma, { onUnusedQuery: 'error' })

/** How many operations of this test file were answered, and how many of those by a prepared statement. */
const rate: PreparedRate = { answered: 0, prepared: 0 }

/** Opens the database of a test file, for which nothing has been sent, logged or counted yet. */
export function openTestDatabase(): void {
  sent.length = 0
  logged.length = 0
  Object.assign(rate, { answered: 0, prepared: 0 })
  database = openDatabase(testDatabase().url) as PrismaClient<'query'>
  for (const client of [database, reads as typeof database])
    client.$on('query', ({ query, params }) => void sent.push({ query, params }))
}

/** Closes it, and what the test file may have opened in its place. */
export async function closeTestDatabase(): Promise<void> {
  await Promise.all([database.$disconnect(), closeDatabase()])
  await writeRate(inject('tallies'), rate)
}

/** Asks the API as `askBoth` does, and counts among the suite's operations. */
export async function ask<Data = Record<string, unknown>>(
  query: string,
  variables?: object,
  secret?: string,
): Promise<Answer<Data>> {
  const answer = await askBoth<Data>(query, variables, { secret })
  if (!answer.errors) rate.answered++
  if (!answer.errors && answer.path === 'prepared') rate.prepared++
  return answer
}

interface Asking {
  limits?: keyof typeof within
  secret?: string | undefined
  mistakes?: 'one' | 'many'
}

/**
 * Asks the API, in process, on both of its paths: by a prepared statement where the document has one, and field by field.
 * Whatever is asked, they have to answer alike, byte for byte. `limits` says whether those hold that hold for everyone,
 * `secret` is the key of whoever asks, and `mistakes` how many the document may have: of many, either path may meet any first.
 */
export async function askBoth<Data = Record<string, unknown>>(
  query: string,
  variables?: object,
  { limits = 'usual', secret, mistakes = 'one' }: Asking = {},
): Promise<Answer<Data>> {
  const { prepared, fieldByField } = within[limits]
  const fast = await answerOf(prepared, query, variables, secret)
  sent.length = 0
  const slow = await answerOf(fieldByField, query, variables, secret)
  const told = (body: string) =>
    mistakes === 'many' ? body.replace(/^\{"errors":.*"data":/s, '{"errors":[],"data":') : body
  expect(told(fast.body), query).toBe(told(slow.body))
  const { data, errors } = JSON.parse(slow.body) as Pick<Answer<Data>, 'data' | 'errors'>
  return { data, errors, path: fast.cost?.path, statements: slow.cost?.statements ?? 0 }
}

/** The text of an answer, and what it took. */
async function answerOf(handler: Handler, query: string, variables?: object, secret?: string) {
  const response = await handler.fetch('http://dateline/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(secret && { authorization: `Bearer ${secret}` }) },
    body: JSON.stringify({ query, variables }),
  })
  const text = await response.text()
  const { cost } = (JSON.parse(text) as { extensions?: { cost: Cost } }).extensions ?? {}
  return { body: text.replace(/,"extensions":\{"requestId":[^{]*(\{[^}]*\})?\}\}$/, '}'), cost }
}

/** The data of an answer that has to be without errors. */
export async function read<Data = Record<string, unknown>>(query: string, variables?: object): Promise<Data> {
  const { data, errors } = await ask<Data>(query, variables)
  if (errors || !data) throw new Error(`The query failed: ${JSON.stringify(errors)} ${query}`)
  return data
}

/** A row's global id. */
export const idOf = (type: string, { id }: { id: string }): string => writeId(type, id)
