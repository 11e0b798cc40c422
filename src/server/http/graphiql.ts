import type { IncomingMessage } from 'node:http'
import { packAsset, type StaticAsset } from './asset.ts'
import { examples } from './examples.ts'

/** Whether a browser asks for a page rather than a client for data. */
export function acceptsHtml({ method, headers }: IncomingMessage): boolean {
  return (method === 'GET' || method === 'HEAD') && !!headers.accept?.includes('text/html')
}

/** What the page may load: its own parts alone, and data from here. */
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

/** GraphiQL with all its parts inside, so that it works without any other network. It weighs 9 MB: made at the first visit. */
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
