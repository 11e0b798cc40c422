import { createHash } from 'node:crypto'
import type { Plugin } from 'graphql-yoga'

/** Knows the state of all data, as a text that another state does not have; undefined while it does not. */
interface Clock {
  version(): string | undefined
}

/**
 * Gives the answers of persisted documents that are asked for by GET a weak ETag, and says 304 while nothing has changed since.
 * The version is looked at before the data is read, so that what is read may be newer than its tag, and is never older.
 */
export function useEntityTags(clock: Clock): Plugin {
  const tags = new WeakMap<Request, string>()
  return {
    onRequest: ({ request, endResponse, fetchAPI }) => {
      const version = request.method === 'GET' && request.url.includes('documentId=') ? clock.version() : undefined
      if (version === undefined) return
      const tag = `W/"${createHash('sha256').update(`${version} ${request.url}`).digest('base64url').slice(0, 22)}"`
      tags.set(request, tag)
      if (!request.headers.get('if-none-match')?.includes(tag)) return
      endResponse(new fetchAPI.Response(null, { status: 304 }))
    },
    onResponse: ({ request, response }) => {
      const tag = tags.get(request)
      if (!tag || (response.status !== 200 && response.status !== 304)) return
      response.headers.set('etag', tag)
      response.headers.set('cache-control', 'no-cache')
    },
  }
}
