import { serverAudits } from 'graphql-http'
import { pino } from 'pino'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type RunningServer, startServer } from '../../src/server/http/server.ts'

let server: RunningServer

beforeAll(async () => {
  server = await startServer({ port: 0, host: '127.0.0.1', log: pino({ level: 'silent' }) })
})

afterAll(() => server.stop())

const audits = serverAudits({ url: () => `${server.url}/graphql`, fetchFn: fetch })

test('the number of audits of GraphQL over HTTP is unchanged', () => {
  expect(audits).toHaveLength(61)
})

test.each(audits)('$id: $name', async ({ fn }) => {
  expect(await fn()).toMatchObject({ status: 'ok' })
})
