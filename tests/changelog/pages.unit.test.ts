import { expect, test } from 'vitest'
import type { Change } from '../../src/changelog/change.ts'
import { LogPages } from '../../src/changelog/pages.ts'
import type { Lane } from '../../src/db/lane.ts'

/** A log in memory. Each statement reads it at once, and ends when it is released. */
function logOf(length: number) {
  const log = { length, statements: 0, release: () => {} }
  const run = async ({ values: [start = 0, count = 0] }: { values: number[] }) => {
    const end = Math.min(log.length, start + count)
    const rows = Array.from({ length: end - start }, (_, i) => ({ position: String(start + i + 1), epoch: 'epoch' }))
    log.statements++
    await new Promise<void>((resolve) => {
      log.release = resolve
    })
    return { rows: rows.length > 0 ? rows : [{ position: null, epoch: 'epoch' }] }
  }
  return { log, pages: new LogPages({ run } as unknown as Lane, 'epoch') }
}

const changes = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, i) => ({ position: from + i }) as Change)
const settled = () => new Promise((resolve) => setImmediate(resolve))

test('a page whose statement began before many changes were added is read again', async () => {
  const { log, pages } = logOf(10)
  const before = pages.after(5)
  await settled()
  log.length = 410
  pages.add(changes(11, 410))
  const after = pages.after(10)
  expect(log.statements).toBe(1)
  log.release()
  expect((await before).map(({ position }) => position)).toEqual([6, 7, 8, 9, 10])
  await settled()
  expect(log.statements).toBe(2)
  log.release()
  expect((await after).map(({ position }) => position)).toEqual(Array.from({ length: 90 }, (_, i) => i + 11))
})

test('a position at the end of the log is refused after two reads', async () => {
  const { log, pages } = logOf(10)
  const end = pages.after(10)
  const refused = expect(end).rejects.toThrow('The change log has no change after 10.')
  log.release()
  await settled()
  log.release()
  await refused
  expect(log.statements).toBe(2)
})

test('after an erasure, pages and entries that were read before it are read again', async () => {
  const { log, pages } = logOf(300)
  const read = async (position: number) => {
    const page = pages.after(position)
    await settled()
    log.release()
    return page
  }
  await read(0)
  await read(0)
  expect(log.statements).toBe(1)
  pages.add(changes(301, 310))
  // A page that is being read has the old content, and is not kept.
  const old = pages.after(150)
  await settled()
  pages.add([{ position: 311, operation: 'ERASED' } as Change])
  log.length = 311
  log.release()
  await old
  for (const position of [0, 150, 300]) await read(position)
  expect(log.statements).toBe(5)
})
