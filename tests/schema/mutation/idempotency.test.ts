import { beforeAll, expect, test } from 'vitest'
import { pruneIdempotencyKeys } from '../../../src/store/idempotent-write.ts'
import { database, idOf } from '../../client.ts'
import { anEvent } from '../../world.ts'
import { anEditor, type Editor, newEvent } from './editor.ts'

let editor: Editor
beforeAll(async () => {
  editor = await anEditor('write', 'import')
})

const select = 'event { id title }'
const titled = (title: string) => database.event.count({ where: { title } })

test('a repeated request with the same key and input is run once, and returns the first answer', async () => {
  const first = await editor.done('eventCreate', newEvent('Once'), { select, idempotencyKey: 'once' })
  await anEvent()
  const second = await editor.done('eventCreate', newEvent('Once'), { select, idempotencyKey: 'once' })
  expect(second).toEqual({ ...first, replayed: true })
  expect([first.replayed, await titled('Once')]).toEqual([false, 1])
})

test('the order of fields in an input does not matter, and neither does the form of a date', async () => {
  const input = newEvent('In any order')
  await editor.done('eventCreate', input, { idempotencyKey: 'order' })
  const turned = Object.fromEntries(Object.entries(input).reverse())
  expect((await editor.done('eventCreate', turned, { idempotencyKey: 'order' })).replayed).toBe(true)
})

test('ten concurrent requests are run once', async () => {
  const asked = Array.from({ length: 10 }, () =>
    editor.done('eventCreate', newEvent('At once'), { select, idempotencyKey: 'at once' }),
  )
  const results = await Promise.all(asked)
  expect(new Set(results.map(({ event }) => event.id)).size).toBe(1)
  expect(new Set(results.map(({ feedCursor }) => feedCursor)).size).toBe(1)
  expect(results.filter(({ replayed }) => !replayed)).toHaveLength(1)
  expect(await titled('At once')).toBe(1)
})

test('a request whose changes cannot be sequenced yet succeeds, and is not run again', async () => {
  await database.$executeRaw`ALTER FUNCTION sequence_changes RENAME TO gone`
  const call = { select, idempotencyKey: 'crash' }
  await editor.done('eventCreate', newEvent('Committed'), call)
  await database.$executeRaw`ALTER FUNCTION gone RENAME TO sequence_changes`
  const again = await editor.done('eventCreate', newEvent('Committed'), call)
  expect([again.replayed, await titled('Committed')]).toEqual([true, 1])
  const { feedCursor } = await editor.done('eventCreate', newEvent('Committed'), call)
  expect(again.feedCursor).toBe(feedCursor)
})

test('a key with another input or another mutation is refused, and nothing is written', async () => {
  const id = idOf('Event', await anEvent())
  await editor.done('eventRetract', { id }, { idempotencyKey: 'taken' })
  const refused = await Promise.all([
    editor.mutate('eventCreate', newEvent('Mismatched'), { idempotencyKey: 'taken' }),
    editor.mutate('eventRetract', { id, expectedVersion: 1 }, { idempotencyKey: 'taken' }),
  ])
  expect(refused.map(({ __typename }) => __typename)).toEqual(['IdempotencyMismatchError', 'IdempotencyMismatchError'])
  expect(refused[0]?.message).toContain('use a new key for each change')
  expect(await titled('Mismatched')).toBe(0)
})

test('each caller has its own keys', async () => {
  const other = await anEditor()
  await editor.done('eventCreate', newEvent('Whose'), { idempotencyKey: 'whose' })
  expect((await other.done('eventCreate', newEvent('Whose'), { idempotencyKey: 'whose' })).replayed).toBe(false)
  expect(await titled('Whose')).toBe(2)
})

test('a request that was refused runs again', async () => {
  const idempotencyKey = 'refused'
  const wrong = await editor.mutate('eventCreate', newEvent(' '), { idempotencyKey })
  expect(wrong.__typename).toBe('ValidationError')
  expect((await editor.done('eventCreate', newEvent('Corrected'), { idempotencyKey })).replayed).toBe(false)
})

test('a key expires after a day, and can then be used for another request', async () => {
  await editor.done('eventCreate', newEvent('Of yesterday'), { idempotencyKey: 'old' })
  await editor.done('eventCreate', newEvent('Of today'), { idempotencyKey: 'new' })
  const age = () =>
    database.$executeRaw`UPDATE "IdempotencyKey" SET "createdAt" = now() - INTERVAL '25 hours' WHERE key = 'old'`
  await age()
  const renewed = await editor.done('eventCreate', newEvent('Another thing'), { select, idempotencyKey: 'old' })
  expect([renewed.replayed, renewed.event.title]).toEqual([false, 'Another thing'])
  await age()
  expect(await pruneIdempotencyKeys()).toBe(1)
  const left = await database.idempotencyKey.findMany({ where: { key: { in: ['old', 'new'] } } })
  expect(left.map(({ key }) => key)).toEqual(['new'])
})

test.each([
  ['empty', ''],
  ['blank', '  '],
  ['longer than 255 characters', 'x'.repeat(256)],
  ['with a NUL', 'a\0b'],
])('a key that is %s is refused with its path', async (_what, idempotencyKey) => {
  const { issues } = await editor.mutate('eventCreate', newEvent('Strange'), { idempotencyKey })
  expect(issues).toEqual([{ path: ['idempotencyKey'], message: 'must be a text of 1 to 255 characters.' }])
  expect(await titled('Strange')).toBe(0)
})
