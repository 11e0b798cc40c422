import { createHash } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'

/** A text that is constant while the service runs. */
export interface StaticAsset {
  type: string
  plain: Buffer
  gzipped: Buffer
  etag: string
}

/** Creates an asset: compresses the text and computes its ETag. */
export async function packAsset(type: string, text: string): Promise<StaticAsset> {
  const plain = Buffer.from(text)
  // The tag is weak because the plain and the compressed form share it.
  const etag = `W/"${createHash('sha256').update(plain).digest('base64url')}"`
  return { type, plain, gzipped: await promisify(gzip)(plain), etag }
}

const isCached = ({ headers }: IncomingMessage, { etag }: StaticAsset): boolean =>
  headers['if-none-match']?.includes(etag) ?? false

const acceptsGzip = ({ headers }: IncomingMessage): boolean => String(headers['accept-encoding'] ?? '').includes('gzip')

/** Returns the number of bytes that `sendAsset` sends for a request. */
export function bytesFor(request: IncomingMessage, asset: StaticAsset): number {
  if (isCached(request, asset) || request.method === 'HEAD') return 0
  return acceptsGzip(request) ? asset.gzipped.length : asset.plain.length
}

/** Sends an asset, compressed if the client accepts gzip, or 304 if the client's copy is current. */
export function sendAsset(request: IncomingMessage, response: ServerResponse, asset: StaticAsset): void {
  response.setHeader('cache-control', 'no-cache')
  response.setHeader('vary', 'accept, accept-encoding')
  response.setHeader('etag', asset.etag)
  if (isCached(request, asset)) return void response.writeHead(304).end()
  const isGzip = acceptsGzip(request)
  const body = isGzip ? asset.gzipped : asset.plain
  if (isGzip) response.setHeader('content-encoding', 'gzip')
  response.setHeader('content-type', asset.type)
  response.setHeader('content-length', body.length)
  response.end(body)
}
