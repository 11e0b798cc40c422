// Concurrent writes of editors. A transaction of the test makes them wait for each other.
import { setTimeout as sleep } from 'node:timers/promises'
import { beforeAll, expect, test } from 'vitest'
import type { Prisma } from '../../../src/db/generated/prisma/client.ts'
import { database, idOf } from '../../client.ts'
import { anEvent, aParticipant, aPerson } from '../../world.ts'
import { anEditor, type Editor } from './editor.ts'

let editors: [Editor, Editor]
beforeAll(async () => {
  editors = [await anEditor(), await anEditor()]
})

/** Runs `work` in a transaction, starts other writes that wait for it, and commits once this number of them waits. */
async function meanwhile<T>(
  work: (tx: Prisma.TransactionClient) => Promise<unknown>,
  waiting: number,
  start: () => Promise<T>,
): Promise<T> {
  let started: Promise<T> | undefined
  await database.$transaction(
    async (tx) => {
      await work(tx)
      started = start()
      for (let time = 0; (await waiters()) < waiting; time++) {
        if (time > 200) throw new Error(`Fewer than ${waiting} wait.`)
        await sleep(20)
      }
    },
    { timeout: 20_000 },
  )
  return started as Promise<T>
}

async function waiters(): Promise<number> {
  const [row] = await database.$queryRaw<{ count: bigint }[]>`
    SELECT count(*) AS count FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()`
  return Number(row?.count)
}

test('of two concurrent updates of an event one succeeds, the other is a conflict, and nothing is lost', async () => {
  const event = await anEvent({ title: 'Old title', summary: 'Old summary' })
  const id = idOf('Event', event)
  const patches = [{ title: 'New title' }, { summary: 'New summary' }]
  const results = await meanwhile(
    (tx) => tx.$queryRaw`SELECT FROM "Event" WHERE id = ${event.id}::uuid FOR UPDATE`,
    2,
    () =>
      Promise.all(editors.map((editor, i) => editor.mutate('eventUpdate', { id, expectedVersion: 1, ...patches[i] }))),
  )
  const lost = results.findIndex(({ __typename }) => __typename === 'ConflictError')
  expect(results[1 - lost]?.__typename).toBe('EventUpdateSuccess')
  expect(results[lost]).toMatchObject({
    currentVersion: 2,
    current: { id, version: 2 },
    message: expect.stringContaining('at version 2, but 1 was expected'),
  })
  await editors[lost]?.done('eventUpdate', { id, expectedVersion: 2, ...patches[lost] })
  const { title, summary, version } = await database.event.findUniqueOrThrow({ where: { id: event.id } })
  expect([title, summary, version]).toEqual(['New title', 'New summary', 3])
})

test('a reference to a record that is being merged waits, and refers to the survivor', async () => {
  const [double, survivor, event] = [await aPerson(), await aPerson({ name: 'Survivor' }), await anEvent()]
  const result = await meanwhile(
    (tx) => tx.actor.update({ where: { id: double.id }, data: { mergedIntoId: survivor.id } }),
    1,
    () =>
      editors[0].done(
        'eventParticipantAdd',
        { event: idOf('Event', event), actor: idOf('Person', double), role: 'PARTY' },
        { select: 'participant { actor { name } }' },
      ),
  )
  expect(result.participant.actor.name).toBe('Survivor')
})

test('an update of a part that is being removed waits, and is not found', async () => {
  const event = await anEvent()
  const participant = await aParticipant(event.id, (await aPerson()).id)
  const result = await meanwhile(
    (tx) => tx.eventParticipant.delete({ where: { id: participant.id } }),
    1,
    () => editors[0].mutate('eventParticipantUpdate', { id: idOf('EventParticipant', participant), note: 'Late.' }),
  )
  expect(result.__typename).toBe('NotFoundError')
})

test('two writes that wait for each other both succeed', async () => {
  const [one, other] = [await anEvent(), await anEvent()]
  const link = (from: object, to: object) => ({
    event: idOf('Event', from as never),
    to: idOf('Event', to as never),
    kind: 'CAUSED',
    basis: 'STATED',
  })
  // Each has read the other's event, and writes to its own.
  const results = await meanwhile(
    (tx) => tx.$queryRaw`SELECT FROM "Event" WHERE id IN (${one.id}::uuid, ${other.id}::uuid) FOR SHARE`,
    2,
    () =>
      Promise.all([
        editors[0].mutate('eventLinkAdd', link(one, other)),
        editors[1].mutate('eventLinkAdd', link(other, one)),
      ]),
  )
  expect(results.map(({ __typename }) => __typename)).toEqual(['EventLinkAddSuccess', 'EventLinkAddSuccess'])
})
