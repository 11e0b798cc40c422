// A caller with a key that writes through the API, in process.
import { isUnionType } from 'graphql'
import { pino } from 'pino'
import { expect } from 'vitest'
import type { Scope } from '../../../src/domain/scope.ts'
import { schema } from '../../../src/schema/schema.ts'
import { createHandler } from '../../../src/server/http/server.ts'
import { createKey } from '../../../src/store/api-key.ts'

/** The answer of a mutation: a success with the selected fields, or an error. */
export interface Result {
  __typename: string
  feedCursor: string
  replayed: boolean
  message: string
  issues: { path: string[]; message: string }[]
  currentVersion: number
  current: { id: string; version: number }
  requiredScopes: string[]
  // biome-ignore lint/suspicious/noExplicitAny: each test selects other fields.
  [selected: string]: any
}

export interface Answer {
  data: Record<string, Result> | null
  errors?: { message: string; extensions: { code: string } }[]
}

export interface Call {
  /** The selection of a success. */
  select?: string
  idempotencyKey?: string
  /** More arguments. */
  more?: string
}

export interface Editor {
  /** The writer's name in the change log. */
  writer: string
  secret: string
  answer(mutation: string, input: unknown, call?: Call): Promise<Answer>
  /** Runs a mutation, and returns its answer, which must be data. */
  mutate(mutation: string, input: unknown, call?: Call): Promise<Result>
  /** Runs a mutation, and fails if it did not succeed. */
  done(mutation: string, input: unknown, call?: Call): Promise<Result>
}

/** The name of an editor's key, which changes show as their author. */
export const EDITOR = 'an editor'

const handler = createHandler(pino({ level: 'silent' }))

export async function anEditor(...scopes: Scope[]): Promise<Editor> {
  const { secret } = await createKey(EDITOR, scopes.length > 0 ? scopes : ['write'])
  const answer: Editor['answer'] = async (mutation, input, call = {}) => {
    const variables = { input, idempotencyKey: call.idempotencyKey }
    return post({ query: documentOf(mutation, call), variables }, secret)
  }
  const mutate: Editor['mutate'] = async (mutation, input, call) => {
    const { data, errors } = await answer(mutation, input, call)
    const result = data?.[mutation]
    if (!result) throw new Error(`${mutation} failed: ${JSON.stringify(errors)}`)
    return result
  }
  const done: Editor['done'] = async (mutation, input, call) => {
    const result = await mutate(mutation, input, call)
    expect(result, JSON.stringify(result)).toMatchObject({ __typename: `${capital(mutation)}Success` })
    return result
  }
  return { writer: `key ${secret.slice(0, 11)}`, secret, answer, mutate, done }
}

/** Sends a request in process; without a secret, anonymously. */
export async function post(body: object, secret?: string): Promise<Answer> {
  const response = await handler.fetch('http://dateline/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(secret && { authorization: `Bearer ${secret}` }) },
    body: JSON.stringify(body),
  })
  return (await response.json()) as Answer
}

const fieldsOf: Record<string, string> = {
  ValidationError: 'message issues { path message }',
  NotFoundError: 'message',
  ConflictError: 'message currentVersion current { id ... on Versioned { version } }',
  ForbiddenError: 'message requiredScopes',
  IdempotencyMismatchError: 'message',
}

/** Returns a document with a mutation that selects all fields of errors. */
export function documentOf(mutation: string, { select = '', more = '' }: Call = {}): string {
  const union = schema.getType(`${capital(mutation)}Result`)
  if (!isUnionType(union)) throw new Error(`There is no mutation ${mutation}.`)
  const args = schema.getMutationType()?.getFields()[mutation]?.args ?? []
  // A preview of a merge writes nothing.
  const writes = args.some(({ name }) => name === 'idempotencyKey')
  const types = union.getTypes().map(({ name }) => {
    const fields = fieldsOf[name] ?? `__typename ${writes ? 'feedCursor replayed' : ''} ${select}`
    return `... on ${name} { ${fields} }`
  })
  const type = args.find(({ name }) => name === 'input')?.type
  return `mutation ($input: ${type} ${writes ? ', $idempotencyKey: String' : ''}) {
    ${mutation}(input: $input ${writes ? ', idempotencyKey: $idempotencyKey' : ''} ${more}) { __typename ${types.join(' ')} }
  }`
}

const capital = (name: string) => name.charAt(0).toUpperCase() + name.slice(1)

export const day = (text: string) => ({ earliest: text, latest: text, precision: 'DAY', basis: 'STATED' })

export const newEvent = (title: string, more: object = {}) => ({
  title,
  type: 'MEETING',
  status: 'OCCURRED',
  certainty: 'ASSERTED',
  date: day('2025-12-01'),
  ...more,
})
