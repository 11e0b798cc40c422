import { pino } from 'pino'
import { afterAll } from 'vitest'
import { openDatabase } from '../src/db/client.ts'
import type { PrismaClient } from '../src/db/generated/prisma/client.ts'
import { writeId } from '../src/domain/id.ts'
import { builder } from '../src/schema/builder.ts'
import { createHandler } from '../src/server/server.ts'
import { testDatabase } from './database.ts'

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
  /** How many SQL statements it took. */
  statements: number
}

/** The database of this test file, which the schema reads. */
export const database = openDatabase(testDatabase().url) as PrismaClient<'query'>

/** The statements that the last `ask` sent. */
export const sent: Statement[] = []

/** What the service logged, as the lines of JSON that it would write. */
export const logged: string[] = []

const handler = createHandler(pino({ level: 'warn' }, { write: (line) => void logged.push(line) }))

// Pothos reads it at each field: a resolver that leaves its planned query aside would read row by row, unseen.
Object.assign(builder.options.prisma, { onUnusedQuery: 'error' })

database.$on('query', ({ query, params }) => void sent.push({ query, params }))
afterAll(() => database.$disconnect())

/** Asks the API, in process. */
export async function ask<Data = Record<string, unknown>>(query: string, variables?: object): Promise<Answer<Data>> {
  sent.length = 0
  const response = await handler.fetch('http://dateline/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables }),
  })
  const { data, errors } = (await response.json()) as Omit<Answer<Data>, 'statements'>
  return { data, errors, statements: sent.length }
}

/** The data of an answer that has to be without errors. */
export async function read<Data = Record<string, unknown>>(query: string, variables?: object): Promise<Data> {
  const { data, errors } = await ask<Data>(query, variables)
  if (errors || !data) throw new Error(`The query failed: ${JSON.stringify(errors)} ${query}`)
  return data
}

/** A row's global id. */
export const idOf = (type: string, { id }: { id: string }): string => writeId(type, id)
