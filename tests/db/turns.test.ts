import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { Turns } from '../../src/db/turns.ts'

/** Takes turns, and notes in which order they come. */
function taking(turns: Turns) {
  const order: string[] = []
  const take = (caller: string, name = caller, weight?: number, signal?: AbortSignal) =>
    turns.take(caller, signal, weight).then((release) => {
      order.push(name)
      return release
    })
  return { order, take }
}

const settled = () => new Promise((resolve) => setImmediate(resolve))

test('callers who wait are served one after the other, however many turns one of them asks for', async () => {
  const { order, take } = taking(new Turns({ capacity: 1 }))
  const first = await take('a', 'a1')
  const waiting = [take('a', 'a2'), take('a', 'a3'), take('a', 'a4'), take('b', 'b1'), take('b', 'b2'), take('c', 'c1')]
  first()
  for (const turn of waiting) void turn.then((release) => release())
  await Promise.all(waiting)
  expect(order).toEqual(['a1', 'a2', 'b1', 'c1', 'a3', 'b2', 'a4'])
})

test('who has used little time lately goes before those who have used much', async () => {
  const { order, take } = taking(new Turns({ capacity: 1 }))
  const first = await take('greedy', 'greedy 1')
  void take('greedy', 'greedy 2').then((release) => release())
  void take('other greedy').then(async (release) => {
    await sleep(50)
    release()
  })
  await sleep(50)
  first()
  await sleep(20)
  void take('other greedy', 'other greedy 2').then((release) => release())
  void take('modest').then((release) => release())
  await sleep(100)
  expect(order).toEqual(['greedy 1', 'other greedy', 'modest', 'greedy 2', 'other greedy 2'])
})

test('one caller has no more turns at once than allowed, and holds up nobody by waiting for them', async () => {
  const { order, take } = taking(new Turns({ capacity: 2, perCaller: 1 }))
  const first = await take('a', 'a1')
  void take('a', 'a2')
  await take('b', 'b1')
  expect(order).toEqual(['a1', 'b1'])
  first()
  await settled()
  expect(order).toEqual(['a1', 'b1', 'a2'])
})

test('turns weigh, and one that weighs more than there is room for runs alone', async () => {
  const { order, take } = taking(new Turns({ capacity: 10 }))
  const first = await take('a', 'heavy', 50)
  void take('b', 'light', 1)
  await settled()
  expect(order).toEqual(['heavy'])
  first()
  await settled()
  expect(order).toEqual(['heavy', 'light'])
})

test('who gives up waiting leaves the queue', async () => {
  const { order, take } = taking(new Turns({ capacity: 1 }))
  const release = await take('a', 'a1')
  const gone = new AbortController()
  const given = take('b', 'b1', undefined, gone.signal)
  const next = take('c', 'c1')
  gone.abort()
  await expect(given).rejects.toThrow()
  release()
  await next
  expect(order).toEqual(['a1', 'c1'])
})

test('who waits too long, or behind too many, is refused', async () => {
  const { take } = taking(new Turns({ capacity: 1, queueTimeout: 300 }))
  await take('a')
  const waiting = Array.from({ length: 101 }, () => take('a').catch((error: Error) => error.name))
  expect(await Promise.race(waiting)).toBe('QueueFull')
  expect(await Promise.all(waiting)).toEqual(Array.from({ length: 101 }, () => 'QueueFull'))
})
