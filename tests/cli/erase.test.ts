import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { type EraseFlags, erase } from '../../src/cli/erase.ts'
import { readConfig } from '../../src/config.ts'
import { closeDatabase } from '../../src/db/client.ts'
import { setErasureKey } from '../../src/store/erasure/tombstone.ts'
import { openTestDatabase } from '../client.ts'
import { testDatabase } from '../database.ts'
import { anEvent, aPerson } from '../world.ts'

let out: string[]
beforeEach(() => {
  out = []
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => out.push(String(text)) > 0)
  vi.spyOn(process.stderr, 'write').mockReturnValue(true)
})
afterEach(() => {
  vi.restoreAllMocks()
  setErasureKey(undefined)
})

const ERASURE_KEY = 'a key of the tests, with 32 characters'

/** Runs the command, which opens and closes the database of this process, and returns what it printed. */
async function run(person: string, flags: EraseFlags, env: object = { ERASURE_KEY }): Promise<string> {
  await closeDatabase()
  try {
    await erase(readConfig({ DATABASE_URL: testDatabase().url, ...env }), person, flags)
  } finally {
    openTestDatabase()
  }
  return out.splice(0).join('')
}

test('the command shows what it would delete, and deletes it with --confirm', async () => {
  const { slug, id } = await aPerson({ name: 'Xenia Drost' })
  const event = await anEvent({ title: 'Xenia Drost arrives', summary: 'Xenia Drost and Drostova' })
  const kept = await anEvent({ title: 'Xenia Drost departs' })
  const shown = `  Event:${event.id}:title (2 times, with the change log)\n    "Xenia Drost arrives"\n    "[erased] arrives"\n`
  const preview = await run(slug, { reason: 'Request 12' })
  expect(preview).toMatch(/^Would be deleted:\n {2}1 Actor\n/)
  expect(preview).toContain(shown)
  const done = await run(slug, {
    reason: 'Request 12',
    confirm: true,
    also: 'Drostova',
    keep: `Event:${kept.id}:title`,
  })
  expect(done).toMatch(/^Deleted:\n {2}1 Actor\n/)
  expect(done).toContain(shown)
  expect(done).toContain('    "[erased] and [erased]"\n')
  expect(done).toContain(`    "Xenia Drost departs"\n    stays\n`)
  await expect(run(id, { reason: 'Request 12', confirm: true })).rejects.toThrow('There is no record with this id')
})

test.each([
  ['nobody', { reason: 'x' }, {}, 'There is no person "nobody": pass the id or the slug of a person.'],
  ['belarus', {}, {}, 'There is no reason: pass one, such as --reason'],
  ['belarus', { reason: 'x' }, { ERASURE_KEY }, 'id is not a person: only people can be erased.'],
  ['belarus', { reason: 'x' }, {}, 'People cannot be erased without the key'],
])('%s with %j is refused', async (person, flags, env, message) => {
  await expect(run(person, flags, env)).rejects.toThrow(message)
})
