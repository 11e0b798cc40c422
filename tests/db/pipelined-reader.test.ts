import { afterAll, expect, test } from 'vitest'
import { PipelinedReader } from '../../src/db/pipelined-reader.ts'
import { withClient } from '../../src/db/with-client.ts'
import { testDatabase } from '../database.ts'

const reader = new PipelinedReader(testDatabase().url, { connections: 2 })
afterAll(() => reader.close())

const read = async (statement: Parameters<PipelinedReader['read']>[0], by = reader) => (await by.read(statement)).text

const statement = (n: number, text = `select $1::text || ${n}`, values = ['v']) => ({ name: `s${n}`, text, values })

test('statements that are sent together each receive their own row', async () => {
  const answers = await Promise.all(Array.from({ length: 200 }, (_, n) => read(statement(n % 7))))
  expect(answers).toEqual(Array.from({ length: 200 }, (_, n) => `v${n % 7}`))
})

test('a failing statement does not affect the others', async () => {
  const answers = await Promise.allSettled([
    read(statement(1)),
    read({ name: 'bad', text: 'select 1 / $1::int', values: ['0'] }),
    read({ name: 'worse', text: 'select nothing', values: [] }),
    read(statement(2)),
  ])
  expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected', 'fulfilled'])
})

test('NULL and no row return null', async () => {
  expect(await read({ name: 'null', text: 'select null::text', values: [] })).toBeNull()
  expect(await read({ name: 'none', text: 'select 1 where false', values: [] })).toBeNull()
})

test('connections that the server closes are replaced', async () => {
  await read(statement(1))
  await withClient(testDatabase().url, (client) =>
    client.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`,
    ),
  )
  await expect.poll(() => read(statement(1)).catch(() => undefined)).toBe('v1')
  expect(await read(statement(2))).toBe('v2')
})

test('a connection prepares at most some hundred statements', async () => {
  const one = new PipelinedReader(testDatabase().url, { connections: 1 })
  const kept = () =>
    read({ name: 'kept', text: 'select count(*)::text from pg_prepared_statements', values: [] }, one).then(Number)
  for (let n = 0; n < 600; n++) await one.read(statement(n, `select '${n}'`, []))
  expect(await kept()).toBeLessThan(200)
  await one.close()
})

test('closing waits for the statements that were sent', async () => {
  const other = new PipelinedReader(testDatabase().url)
  const slow = read({ name: 'slow', text: "select 'done' from pg_sleep(0.3)", values: [] }, other)
  await other.close()
  expect(await slow).toBe('done')
})
