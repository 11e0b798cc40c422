import { request } from 'node:http'
import { gzipSync } from 'node:zlib'
import { pino } from 'pino'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { closeDatabase, openDatabase } from '../../src/db/client.ts'
import { type RunningServer, startServer } from '../../src/server/http/server.ts'
import { testDatabase } from '../database.ts'

let server: RunningServer

beforeAll(async () => {
  openDatabase(testDatabase().url)
  server = await startServer({ port: 0, host: '127.0.0.1', log: pino({ level: 'silent' }) })
})

afterAll(async () => {
  await server.stop()
  await closeDatabase()
})

const json = { 'content-type': 'application/json' }

async function post(body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = json) {
  const response = await fetch(`${server.url}/graphql`, { method: 'POST', headers, body })
  const { data, errors } = (await response.json()) as {
    data?: unknown
    errors?: { message: string; extensions: object }[]
  }
  return { status: response.status, data, errors }
}

const query = (padding: number) =>
  JSON.stringify({ query: '{ __typename }', variables: { padding: ' '.repeat(padding) } })

test.each([
  ['nothing', ''],
  ['half an object', '{"query": "{ __typename }"'],
  ['null', 'null'],
  ['a number', '1'],
  ['a text', '"{ __typename }"'],
  ['an empty object', '{}'],
])('a body with %s is refused with instructions', async (_what, body) => {
  const { status, errors } = await post(body)
  expect(status).toBe(400)
  expect(errors).toHaveLength(1)
  expect(errors?.[0]?.message).toMatch(/query/)
  expect(JSON.stringify(errors)).not.toMatch(/originalError|stack|position/)
})

test.each([
  ['one operation', '[{"query": "{ __typename }"}]'],
  ['two operations', '[{"query": "{ __typename }"}, {"query": "{ __typename }"}]'],
  ['no operation', '[]'],
  ['other values', '[1, null]'],
])('a batch with %s is refused by name', async (_what, body) => {
  const message = 'Batches are not supported: send one request for each operation.'
  expect(await post(body)).toEqual({ status: 400, errors: [{ message, extensions: { code: 'BAD_REQUEST' } }] })
})

test('a body of 100 kB is read, and a larger one is refused', async () => {
  const most = 100_000 - query(0).length
  expect(await post(query(most))).toMatchObject({ status: 200, data: { __typename: 'Query' } })
  const refused = { status: 413, errors: [{ message: 'The request body is larger than 100 kB: send a smaller one.' }] }
  expect(await post(query(most + 1))).toMatchObject(refused)
})

test('a body without a length is refused once it is too large', async () => {
  const status = await new Promise<number | undefined>((resolve, reject) => {
    const sent = request(`${server.url}/graphql`, { method: 'POST', headers: json }, (response) => {
      response.resume()
      resolve(response.statusCode)
    })
    sent.on('error', reject)
    for (let part = 0; part < 20; part++) sent.write(' '.repeat(10_000))
    sent.end()
  })
  expect(status).toBe(413)
})

test.each([
  ['text/plain', query(0)],
  ['application/x-www-form-urlencoded', `query=${encodeURIComponent('{ __typename }')}`],
  ['application/jsonx', query(0)],
])('a body of %s is refused with the type to send', async (type, body) => {
  const { status, errors } = await post(body, { 'content-type': type })
  expect(status).toBe(415)
  expect(errors?.[0]?.message).toContain('content-type: application/json')
})

test('a JSON body in UTF-8 is read', async () => {
  const body = JSON.stringify({
    query: 'query ($s: String!) { event(by: { slug: $s }) { title } }',
    variables: { s: 'ё💥' },
  })
  expect(await post(body, { 'content-type': 'application/json; charset=utf-8' })).toMatchObject({
    data: { event: null },
  })
})

test('a compressed body is refused', async () => {
  const body = new Uint8Array(gzipSync(query(0)))
  expect(await post(body, { ...json, 'content-encoding': 'gzip' })).toMatchObject({ status: 415 })
})
