import { readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import vm from 'node:vm'
import { EventSource } from 'eventsource'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type FeedService, startFeedService } from './changelog/server.ts'
import { addEvent } from './world.ts'

let service: FeedService
beforeAll(async () => {
  service = await startFeedService()
})
afterAll(() => service.stop())

/** Runs the script of the page, with a minimal browser around it. Returns a function that closes the page. */
async function open(url: string, onTitle: (title: string) => void): Promise<() => void> {
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

test('examples/page.html shows new events', async () => {
  const shown: string[] = []
  const close = await open(service.url, (title) => shown.push(title))
  await addEvent('Of an example')
  await expect.poll(() => shown, { timeout: 10_000 }).toEqual(['undated: Of an example'])
  close()
})
