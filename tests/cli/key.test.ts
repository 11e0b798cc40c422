import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { type KeyOptions, manageKeys } from '../../src/cli/key.ts'
import { readConfig } from '../../src/config.ts'
import { withClient } from '../../src/db/with-client.ts'
import { testDatabase } from '../database.ts'

let out: string[]
beforeEach(() => {
  out = []
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => out.push(String(text)) > 0)
  vi.spyOn(process.stderr, 'write').mockReturnValue(true)
})
afterEach(() => vi.restoreAllMocks())

const key = (action: string, options: KeyOptions = {}, prefix?: string) =>
  manageKeys(readConfig({ DATABASE_URL: testDatabase().url }), action, prefix, options)

const kept = () =>
  withClient(testDatabase().url, async (client) => (await client.query('SELECT * FROM "ApiKey" ORDER BY id')).rows)

const DAY_MS = 24 * 3_600_000

test('a key is created with scopes and an expiry, listed, and revoked', async () => {
  await key('create', { name: 'desk', scopes: 'write,import', expires: '90d' })
  const secret = out.join('').trim()
  expect(secret).toMatch(/^dl_[\w-]{43}$/)
  const [row] = await kept()
  expect(row).toMatchObject({ name: 'desk', scopes: ['write', 'import'], revokedAt: null })
  expect(row.expiresAt.getTime() / DAY_MS).toBeCloseTo(Date.now() / DAY_MS + 90, 2)
  out.length = 0
  await key('list')
  expect(out.join('')).toMatch(/^dl_.{8}… "desk" \(write, import\), created on \S+, never used, expires at \S+Z\n$/)
  await key('revoke', {}, secret.slice(0, 11))
  out.length = 0
  await key('list')
  expect(out.join('')).toContain('revoked on')
})

test('a key that expires on a day is valid until the end of the day', async () => {
  await key('create', { name: 'until', scopes: 'admin', expires: '2099-12-31' })
  expect((await kept()).at(-1).expiresAt.toISOString()).toBe('2100-01-01T00:00:00.000Z')
})

test.each([
  [{ scopes: 'write' }, /needs a name/],
  [{ name: 'x' }, /needs scopes/],
  [{ name: 'x', scopes: 'everything' }, /no scope "everything"/],
  [{ name: 'x', scopes: 'write', expires: 'soon' }, /"soon" is not an expiry/],
  [{ name: 'x', scopes: 'write', expires: '2020-01-01' }, /in the past/],
  [{ name: 'x', scopes: 'write', expires: '0d' }, /in the past/],
  [{ name: 'x', scopes: 'write', expires: '2027-02-30' }, /not an expiry/],
])('%j is refused', async (options, message) => {
  const before = await kept()
  await expect(key('create', options)).rejects.toThrow(message)
  expect(await kept()).toEqual(before)
})
