// Wrong uses of follow() fail with an error instead of delivering nothing.
import { expect, test, vi } from 'vitest'
import { follow, overFetch } from '../../packages/client/follow.js'
import { askBoth } from '../client.ts'
import { anEvent } from '../world.ts'
import { startFeedService } from './server.ts'

test('a subscription that does not select the cursor, or is refused, ends with the reason', async () => {
  const service = await startFeedService()
  const { data } = await askBoth<{ feedCursor: string }>('{ feedCursor }')
  const after = data?.feedCursor ?? ''
  const errors: Error[] = []
  const onError = (error: unknown) => void errors.push(error as Error)
  const open = (query: string) => follow(overFetch(service.url, { query }), { after, onEvent: () => {}, onError })
  open('subscription ($after: String) { eventAdded(after: $after) { event { slug } } }')
  await vi.waitFor(() => expect(service.followers()).toBe(1))
  await anEvent({})
  await vi.waitFor(() => expect(errors.at(-1)?.message).toMatch(/does not select the field "cursor"/), 5000)
  open('subscription ($after: String) { eventAdded(after: $after) { cursor event { slub } } }')
  await vi.waitFor(
    () => expect(errors.at(-1)?.message).toBe('Cannot query field "slub" on type "Event". Did you mean "slug"?'),
    5000,
  )
  await service.stop()
})
