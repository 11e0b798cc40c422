// The cost of wrong keys and tokens for their sender.
import { once } from 'node:events'
import { beforeEach, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { createTokenReader } from '../../src/server/http/token.ts'
import { createKey, revokeKey } from '../../src/store/api-key.ts'
import { startFeedService } from '../changelog/server.ts'
import { sent } from '../client.ts'
import { openIssuer } from './issuer.ts'

beforeEach(() => {
  sent.length = 0
})

const lookUps = () => sent.filter(({ query }) => query.startsWith('SELECT') && query.includes('"ApiKey"')).length
const wrongKey = (at: number) => `dl_${String(at).padStart(43, 'x')}`

/** Starts a service that permits each address five wrong keys at once. */
async function serve(options: Parameters<typeof startFeedService>[0] = {}) {
  const { url, stop } = await startFeedService({ rateLimit: 1000, trustProxy: 1, ...options })
  // The first caller of a document pays for its parsing.
  await fetch(`${url}?query={__typename}`, { headers: { 'x-forwarded-for': '192.0.2.1' } })
  const ask = async (secret: string, address = '198.51.100.1') => {
    const headers = { authorization: `Bearer ${secret}`, 'x-forwarded-for': address }
    const response = await fetch(`${url}?query={__typename}`, { headers })
    const { errors } = (await response.json()) as { errors?: { message: string; extensions: { code: string } }[] }
    return { status: response.status, retryAfter: response.headers.get('retry-after'), error: errors?.[0] }
  }
  const connect = async (secret: string, address = '198.51.100.1') => {
    const headers = { 'x-forwarded-for': address }
    const socket = new WebSocket(url.replace('http', 'ws'), 'graphql-transport-ws', { headers })
    await once(socket, 'open')
    const settled = Promise.race([once(socket, 'close').then(([code]) => code as number), once(socket, 'message')])
    socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${secret}` } }))
    const code = await settled
    socket.close()
    return code
  }
  return { ask, connect, stop }
}

test('an address with many wrong keys is refused before a lookup, and other addresses are not', async () => {
  const { ask, stop } = await serve()
  try {
    const answers = await Promise.all(Array.from({ length: 40 }, (_, at) => ask(wrongKey(at))))
    const refused = answers.filter(({ status }) => status === 429)
    expect(refused.length).toBeGreaterThanOrEqual(33)
    expect(answers.length - refused.length).toBe(answers.filter(({ status }) => status === 401).length)
    expect(lookUps()).toBe(answers.length - refused.length)
    for (const { retryAfter, error } of refused) {
      expect(Number(retryAfter)).toBeGreaterThan(0)
      expect(error).toMatchObject({
        message: expect.stringMatching(/^Too many .*\.$/),
        extensions: { code: 'RATE_LIMITED' },
      })
    }
    expect((await ask(wrongKey(50), '198.51.100.2')).status).toBe(401)
  } finally {
    await stop()
  }
})

test('a known valid key is answered until it is revoked, whatever else its address sends', async () => {
  const { ask, connect, stop } = await serve()
  const { secret, key } = await createKey('beside wrong ones', [])
  try {
    expect((await ask(secret)).status).toBe(200)
    for (let at = 0; at < 7; at++) await ask(wrongKey(at))
    expect((await ask(wrongKey(8))).status).toBe(429)
    expect((await ask(secret)).status).toBe(200)
    expect(await connect(secret)).toEqual([expect.anything(), false])
    await revokeKey(key.prefix)
    expect((await ask(secret)).status).toBe(401)
    expect((await ask(secret)).status).toBe(429)
  } finally {
    await stop()
  }
})

test('a valid key costs its address no points', async () => {
  const { ask, stop } = await serve()
  const { secret } = await createKey('good', [])
  try {
    for (let at = 0; at < 20; at++) expect((await ask(secret)).status).toBe(200)
    expect((await ask(wrongKey(0))).status).toBe(401)
  } finally {
    await stop()
  }
})

test('the same limit applies over WebSocket, and clients are told to retry', async () => {
  const { ask, connect, stop } = await serve()
  try {
    const codes = []
    for (let at = 0; at < 8; at++) codes.push(await connect(wrongKey(at)))
    expect(codes.slice(0, 5)).toEqual(Array(5).fill(4403))
    expect(codes.at(-1)).toBe(1013)
    expect(lookUps()).toBeLessThan(8)
    expect((await ask(wrongKey(9))).status).toBe(429)
  } finally {
    await stop()
  }
})

test('wrong tokens, and texts that are neither keys nor tokens, cost the same', async () => {
  const issuer = await openIssuer()
  const { ask, stop } = await serve({ readToken: await createTokenReader(issuer.settings) })
  try {
    for (let at = 0; at < 7; at++) await ask(at % 2 ? await issuer.sign({ aud: 'elsewhere' }) : 'nonsense')
    expect((await ask(await issuer.sign({ aud: 'elsewhere' }))).status).toBe(429)
    expect((await ask('nonsense')).status).toBe(429)
  } finally {
    await stop()
    issuer.close()
  }
})
