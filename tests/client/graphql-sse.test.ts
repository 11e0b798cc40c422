import { createClient } from 'graphql-sse'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type FeedService, startFeedService } from '../changelog/server.ts'

let service: FeedService
beforeAll(async () => {
  service = await startFeedService()
})
afterAll(() => service.stop())

test('a client of graphql-sse in single connection mode is told what works instead', async () => {
  const client = createClient({ url: service.url, singleConnection: true, retryAttempts: 0 })
  const ended = new Promise((_resolve, reject) => {
    client.subscribe(
      { query: 'subscription { eventAdded { cursor } }' },
      { next: () => {}, error: reject, complete: () => reject(new Error('The subscription ended.')) },
    )
  })
  await expect(ended).rejects.toThrow(
    'The single connection mode of graphql-sse is not served: create the client without singleConnection, or use graphql-ws for many subscriptions over one connection.',
  )
})

test('a page of another origin may send the request that is answered so', async () => {
  const response = await fetch(service.url, { method: 'OPTIONS', headers: { 'access-control-request-method': 'PUT' } })
  expect(response.headers.get('access-control-allow-methods')).toBe('GET, POST, PUT')
})
