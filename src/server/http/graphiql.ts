import type { IncomingMessage } from 'node:http'
import { packAsset, type StaticAsset } from './asset.ts'
import { examples } from './examples.ts'

/** Whether a request is a browser's request for a page. */
export function acceptsHtml({ method, headers }: IncomingMessage): boolean {
  return (method === 'GET' || method === 'HEAD') && !!headers.accept?.includes('text/html')
}

/** The content security policy of GraphiQL: only its own resources, and data from this service. */
export const pagePolicy = [
  "default-src 'none'",
  "script-src 'unsafe-inline' 'unsafe-eval' blob:",
  'worker-src blob:',
  "style-src 'unsafe-inline'",
  'img-src data:',
  'font-src data:',
  "connect-src 'self'",
  "frame-ancestors 'none'",
].join('; ')

let page: Promise<StaticAsset> | undefined

/** Returns the page of GraphiQL with all its resources inline (9 MB), so that it works offline. Created at the first request. */
export function graphiqlPage(): Promise<StaticAsset> {
  page ??= render()
  return page
}

async function render(): Promise<StaticAsset> {
  const { renderGraphiQL } = await import('@graphql-yoga/render-graphiql')
  return packAsset(
    'text/html; charset=utf-8',
    renderGraphiQL({ title: 'Dateline', defaultTabs: examples.map(({ query }) => ({ query })) }),
  )
}
