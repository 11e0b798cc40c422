import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { Turns } from '../../src/db/turns.ts'

/** Takes turns, and records their order. */
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

test('waiting callers take turns, however many turns one of them requests', async () => {
  const { order, take } = taking(new Turns({ capacity: 1 }))
  const first = await take('a', 'a1')
  const waiting = [take('a', 'a2'), take('a', 'a3'), take('a', 'a4'), take('b', 'b1'), take('b', 'b2'), take('c', 'c1')]
  first()
  for (const turn of waiting) void turn.then((release) => release())
  await Promise.all(waiting)
  expect(order).toEqual(['a1', 'a2', 'b1', 'c1', 'a3', 'b2', 'a4'])
})

test('callers that used little time recently go before callers that used much', async () => {
  const { order, take } = taking(new Turns({ capacity: 1 }))
  const first = await take('greedy', 'greedy 1')
  void take('greedy', 'greedy 2').then((release) => release())
  // Three times as long as the first, so that a busy machine does not change the order.
  void take('other greedy').then(async (release) => {
    await sleep(150)
    release()
  })
  await sleep(50)
  first()
  await sleep(20)
  void take('other greedy', 'other greedy 2').then((release) => release())
  void take('modest').then((release) => release())
  await sleep(300)
  expect(order).toEqual(['greedy 1', 'other greedy', 'modest', 'greedy 2', 'other greedy 2'])
})

test('one caller has a maximum number of concurrent turns, and delays no other by waiting', async () => {
  const { order, take } = taking(new Turns({ capacity: 2, perCaller: 1 }))
  const first = await take('a', 'a1')
  void take('a', 'a2')
  await take('b', 'b1')
  expect(order).toEqual(['a1', 'b1'])
  first()
  await settled()
  expect(order).toEqual(['a1', 'b1', 'a2'])
})

test('turns have weights, and one that exceeds the capacity runs alone', async () => {
  const { order, take } = taking(new Turns({ capacity: 10 }))
  const first = await take('a', 'heavy', 50)
  void take('b', 'light', 1)
  await settled()
  expect(order).toEqual(['heavy'])
  first()
  await settled()
  expect(order).toEqual(['heavy', 'light'])
})

test('a light operation runs while a heavy one waits, and as soon as there is room for it', async () => {
  const { order, take } = taking(new Turns({ capacity: 10 }))
  const six = await take('a', 'six', 6)
  void take('b', 'heavy', 8)
  const four = await take('c', 'four', 4)
  void take('d', 'three', 3)
  await settled()
  expect(order).toEqual(['six', 'four'])
  four()
  await settled()
  expect(order).toEqual(['six', 'four', 'three'])
  six()
  await settled()
  expect(order).toEqual(['six', 'four', 'three'])
  void take('e', 'seven', 7)
  await settled()
  expect(order).toEqual(['six', 'four', 'three', 'seven'])
})

test('a caller that stops waiting leaves the queue', async () => {
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

test('a caller that waits too long, or behind too many others, is refused', async () => {
  const { take } = taking(new Turns({ capacity: 1, queueTimeout: 300 }))
  await take('a')
  const waiting = Array.from({ length: 101 }, () => take('a').catch((error: Error) => error.name))
  expect(await Promise.race(waiting)).toBe('QueueFull')
  expect(await Promise.all(waiting)).toEqual(Array.from({ length: 101 }, () => 'QueueFull'))
})
