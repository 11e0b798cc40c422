import { request } from 'node:http'
import { pino } from 'pino'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type RunningServer, startServer } from '../../src/server/http/server.ts'

let server: RunningServer
beforeAll(async () => {
  const origins = ['https://desk.example', 'https://press.example']
  server = await startServer({ port: 0, host: '127.0.0.1', log: pino({ level: 'silent' }), origins })
})
afterAll(() => server.stop())

/** Returns the raw headers of an answer. fetch hides some of them, and does not permit setting Origin. */
function headersFor(method: string, headers: Record<string, string>, body?: string): Promise<Record<string, unknown>> {
  return new Promise((resolve, reject) => {
    const sent = request(`${server.url}/graphql`, { method, headers }, (response) => {
      response.resume()
      resolve({ status: response.statusCode, ...response.headers })
    })
    sent.on('error', reject).end(body)
  })
}

const json = { 'content-type': 'application/json', accept: 'application/json' }
const query = '{"query":"{ __typename }"}'

test.each(['https://desk.example', 'https://press.example'])('pages of %s may call the API', async (origin) => {
  const preflight = {
    origin,
    'access-control-request-method': 'POST',
    'access-control-request-headers': 'authorization',
  }
  const asked = await headersFor('OPTIONS', preflight)
  expect(asked).toMatchObject({
    status: 204,
    vary: 'origin',
    'access-control-allow-origin': origin,
    'access-control-allow-headers': 'authorization',
    'access-control-allow-methods': 'GET, POST, PUT',
  })
  const answered = await headersFor('POST', { ...json, origin }, query)
  expect(answered).toMatchObject({ status: 200, vary: 'origin', 'access-control-allow-origin': origin })
  expect(answered['access-control-expose-headers']).toMatch(/ratelimit-remaining.*retry-after.*x-request-id/)
  expect(answered).not.toHaveProperty('access-control-allow-credentials')
})

test.each(['https://evil.example', 'https://desk.example.evil.example', 'http://desk.example', 'null'])(
  'pages of %s may not call the API',
  async (origin) => {
    for (const [method, body] of [['OPTIONS'], ['POST', query], ['POST', '{'], ['GET']])
      expect(await headersFor(method ?? '', { ...json, origin }, body)).not.toHaveProperty(
        'access-control-allow-origin',
      )
  },
)

test('every answer forbids browsers to guess its type, to frame it and to send a referrer', async () => {
  for (const [method, body] of [['POST', query], ['POST', '{'], ['GET'], ['PUT'], ['OPTIONS']])
    expect(await headersFor(method ?? '', json, body)).toMatchObject({
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      'x-request-id': expect.stringMatching(/./),
    })
})
