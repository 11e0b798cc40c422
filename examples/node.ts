// Prints new events: npx tsx examples/node.ts [url]
import { pathToFileURL } from 'node:url'
import { follow, overFetch } from '@dateline/client'

interface Added {
  cursor: string
  event: { title: string }
}

const query = 'subscription ($after: String) { eventAdded(after: $after) { cursor event { title } } }'

/** Calls `onTitle` for each new event. Returns a function that stops it. */
export async function followTitles(url: string, onTitle: (title: string) => void): Promise<() => void> {
  const end = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: '{ feedCursor }' }),
  })
  const { data } = (await end.json()) as { data: { feedCursor: string } }
  // To resume after a restart of the program, store each event's cursor, and pass the last one as `after`.
  return follow<Added>(overFetch(url, { query }), {
    after: data.feedCursor,
    onEvent: ({ event }) => onTitle(event.title),
  })
}

const isMain = import.meta.url === pathToFileURL(process.argv[1] ?? '').href
if (isMain) await followTitles(process.argv[2] ?? 'http://localhost:4000/graphql', (title) => console.log(title))
