import { readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import vm from 'node:vm'
import { EventSource } from 'eventsource'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import * as apollo from '../examples/apollo.ts'
import * as node from '../examples/node.ts'
import * as urql from '../examples/urql.ts'
import { type FeedService, startFeedService } from './changelog/server.ts'
import { addEvent } from './world.ts'

let service: FeedService
beforeAll(async () => {
  service = await startFeedService()
})
afterAll(() => service.stop())

type Titles = (title: string) => void

/** Runs the script of the page, with a minimal browser around it. */
async function page(url: string, onTitle: Titles): Promise<() => void> {
  const html = await readFile(new URL('../examples/page.html', import.meta.url), 'utf8')
  const script = /<script>([\s\S]*)<\/script>/.exec(html)?.[1] ?? ''
  let opened: EventSource | undefined
  class Kept extends EventSource {
    constructor(address: string) {
      super(address)
      opened = this
    }
  }
  vm.runInNewContext(script, {
    URLSearchParams,
    encodeURIComponent,
    EventSource: Kept,
    location: { search: `?url=${encodeURIComponent(url)}` },
    document: {
      createElement: () => ({ textContent: '' }),
      getElementById: () => ({ prepend: (item: { textContent: string }) => onTitle(item.textContent) }),
    },
  })
  while (opened?.readyState !== EventSource.OPEN) await sleep(20)
  return () => opened?.close()
}

test.each<[string, (url: string, onTitle: Titles) => Promise<() => void>, string]>([
  ['page.html', page, 'undated: Of an example'],
  ['node.ts', node.followTitles, 'Of an example'],
  ['urql.ts', urql.followTitles, 'Of an example'],
  ['apollo.ts', (url, onTitle) => apollo.followTitles(url, onTitle, WebSocket), 'Of an example'],
])('examples/%s shows new events', async (_name, follow, expected) => {
  let stop = () => {}
  const shown = new Promise<string>((resolve, reject) => {
    follow(service.url, resolve).then(async (end) => {
      stop = end
      await addEvent('Of an example')
    }, reject)
  })
  const late = sleep(10_000).then(() => 'nothing')
  expect(await Promise.race([shown, late])).toBe(expected)
  stop()
})
