import { createHash } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { examples } from './examples.ts'

interface Page {
  html: string
  zipped: Buffer
  etag: string
}

let page: Promise<Page> | undefined

/** Whether a browser asks for a page rather than a client for data. */
export const asksForPage = (request: IncomingMessage): boolean =>
  request.method === 'GET' && !!request.headers.accept?.includes('text/html')

/** Serves GraphiQL with all its parts inside, so that it works without any other network. */
export async function serveGraphiQL(request: IncomingMessage, response: ServerResponse): Promise<void> {
  page ??= renderPage()
  const { html, zipped, etag } = await page
  response.setHeader('content-type', 'text/html; charset=utf-8')
  response.setHeader('cache-control', 'public, max-age=3600')
  response.setHeader('vary', 'accept, accept-encoding')
  response.setHeader('etag', etag)
  if (request.headers['if-none-match'] === etag) {
    response.writeHead(304).end()
    return
  }
  if (!request.headers['accept-encoding']?.includes('gzip')) {
    response.end(html)
    return
  }
  response.setHeader('content-encoding', 'gzip')
  response.end(zipped)
}

/** The page weighs 9 MB: loaded at the first visit, and packed once. */
async function renderPage(): Promise<Page> {
  const { renderGraphiQL } = await import('@graphql-yoga/render-graphiql')
  const html = renderGraphiQL({ title: 'Dateline', defaultTabs: examples.map(({ query }) => ({ query })) })
  const zipped = await promisify(gzip)(html)
  return { html, zipped, etag: `"${createHash('sha256').update(html).digest('base64url')}"` }
}
