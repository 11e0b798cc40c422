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

/** A statement that was sent: its text, and its parameters as JSON. */
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
  /** The path that answered the document; undefined if it was refused before. */
  path: Cost['path'] | undefined
  /** The number of SQL statements of the field-by-field path. */
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

/** The lines of JSON that the service logged. */
export const logged: string[] = []

const log = pino({ level: 'warn' }, { write: (line) => void logged.push(line) })
const unlimited = Object.fromEntries(Object.keys(defaultLimits).map((limit) => [limit, Number.MAX_SAFE_INTEGER]))
const handlersWithin = (limits: Partial<Limits>) => ({
  prepared: createHandler(log, { limits }),
  fieldByField: createHandler(pino({ level: 'silent' }), { limits, prepare: false }),
})
const within = { usual: handlersWithin({}), none: handlersWithin(unlimited) }

// Makes Pothos throw if a resolver does not use its planned query, because it would then read row by row.
Object.assign(builder.options.prisma, { onUnusedQuery: 'error' })

/** The numbers of answered and of prepared operations of this test file. */
const rate: PreparedRate = { answered: 0, prepared: 0 }

/** Opens the database of a test file, and resets everything that was sent, logged or counted. */
export function openTestDatabase(): void {
  sent.length = 0
  logged.length = 0
  Object.assign(rate, { answered: 0, prepared: 0 })
  database = openDatabase(testDatabase().url) as PrismaClient<'query'>
  for (const client of [database, reads as typeof database])
    client.$on('query', ({ query, params }) => void sent.push({ query, params }))
}

/** Closes the database, and any database that the test file opened instead. */
export async function closeTestDatabase(): Promise<void> {
  await Promise.all([database.$disconnect(), closeDatabase()])
  await writeRate(inject('tallies'), rate)
}

/** Sends an operation like `askBoth`, and counts it for the suite's rate of prepared operations. */
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
 * Sends an operation in process on both paths: as a prepared statement if the document has one, and field by field.
 * Fails if the two answers differ in a byte. `limits` says whether the default limits apply, `secret` is the caller's
 * key, and `mistakes` is the number of mistakes in the document: with several, the two paths may report different ones.
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

/** Returns the text of an answer, and its cost. */
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

/** Returns the data of an answer. Fails if it has errors. */
export async function read<Data = Record<string, unknown>>(query: string, variables?: object): Promise<Data> {
  const { data, errors } = await ask<Data>(query, variables)
  if (errors || !data) throw new Error(`The query failed: ${JSON.stringify(errors)} ${query}`)
  return data
}

/** Returns a row's global id. */
export const idOf = (type: string, { id }: { id: string }): string => writeId(type, id)
