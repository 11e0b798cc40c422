// A client that subscribes to new events, and records the events and errors that it receives.
import { expect, vi } from 'vitest'
import { follow, overFetch } from '../../packages/client/follow.js'
import { askBoth } from '../client.ts'
import type { FeedService } from './server.ts'

export const ADDED =
  'subscription ($where: EventWhere, $after: String) { eventAdded(where: $where, after: $after) { cursor event { slug } } }'

export interface Added {
  cursor: string
  event: { slug: string }
}

export const feedCursor = async () => (await askBoth<{ feedCursor: string }>('{ feedCursor }')).data?.feedCursor ?? ''

/** Subscribes after a cursor; without one from now on. Resolves when it is connected. */
export async function startFollower(
  service: FeedService,
  { after, where }: { after?: string | undefined; where?: object } = {},
) {
  const slugs: string[] = []
  /** The codes of the errors that ended it, and of the gaps. */
  const errors: string[][] = []
  const gaps: string[][] = []
  const others = service.followers()
  const stop = follow<Added>(overFetch(service.url, { query: ADDED, variables: { where } }), {
    after: after ?? (await feedCursor()),
    retry: 50,
    onEvent: ({ event }) => void slugs.push(event.slug),
    onGap: async (error) => {
      gaps.push(codesOf(error))
      return feedCursor()
    },
    onError: (error) => void errors.push(codesOf(error)),
  })
  if (!after) await vi.waitFor(() => expect(service.followers()).toBeGreaterThan(others), 5000)
  return { slugs, errors, gaps, stop }
}

const codesOf = (error: unknown): string[] =>
  ([error].flat() as { code?: string; extensions?: { code?: string } }[]).map(
    ({ code, extensions }) => code ?? extensions?.code ?? '',
  )
