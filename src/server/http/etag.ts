import { createHash } from 'node:crypto'
import type { Plugin } from 'graphql-yoga'

/** Returns a text that identifies the current state of all data; undefined if the state is unknown. */
interface DataVersion {
  version(): string | undefined
}

/**
 * Yoga plugin that adds a weak ETag to responses of persisted documents by GET, and answers 304 if no data has changed since
 * on the same day. A response with errors has no tag: a failure may be gone the next time, although no data has changed.
 * The version is read before the data, so the data can be newer than its tag but never older.
 */
export function useEntityTags(data: DataVersion): Plugin {
  const tags = new WeakMap<Request, string>()
  return {
    onRequest: ({ request, endResponse, fetchAPI }) => {
      const version = request.method === 'GET' && request.url.includes('documentId=') ? data.version() : undefined
      if (version === undefined) return
      // Some filters depend on the current day in UTC.
      const today = new Date().toISOString().slice(0, 10)
      // What a field returns may depend on the caller, such as `viewer`.
      const caller = request.headers.get('authorization') ?? ''
      const state = `${version} ${today} ${request.url} ${caller}`
      const tag = `W/"${createHash('sha256').update(state).digest('base64url').slice(0, 22)}"`
      tags.set(request, tag)
      if (!request.headers.get('if-none-match')?.includes(tag)) return
      endResponse(new fetchAPI.Response(null, { status: 304 }))
    },
    onResultProcess: ({ request, result }) => {
      if ('errors' in result && result.errors) tags.delete(request)
    },
    onResponse: ({ request, response }) => {
      const tag = tags.get(request)
      if (!tag || (response.status !== 200 && response.status !== 304)) return
      response.headers.set('etag', tag)
      response.headers.set('cache-control', 'no-cache')
      response.headers.set('vary', 'authorization, origin')
    },
  }
}
