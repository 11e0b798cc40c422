import { createHash } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'

/** A text that stays the same while the service runs. */
export interface StaticAsset {
  type: string
  plain: Buffer
  zipped: Buffer
  etag: string
}

export async function packAsset(type: string, text: string): Promise<StaticAsset> {
  const plain = Buffer.from(text)
  // Weak, as it stands for the plain and the zipped form alike.
  const etag = `W/"${createHash('sha256').update(plain).digest('base64url')}"`
  return { type, plain, zipped: await promisify(gzip)(plain), etag }
}

const isCached = ({ headers }: IncomingMessage, { etag }: StaticAsset): boolean =>
  headers['if-none-match']?.includes(etag) ?? false

const acceptsGzip = ({ headers }: IncomingMessage): boolean => String(headers['accept-encoding'] ?? '').includes('gzip')

/** How many bytes are sent to a client that asks for it. */
export function bytesFor(request: IncomingMessage, asset: StaticAsset): number {
  if (isCached(request, asset) || request.method === 'HEAD') return 0
  return acceptsGzip(request) ? asset.zipped.length : asset.plain.length
}

/** Sends it zipped to who can unzip it, and not at all to who has it already. */
export function sendAsset(request: IncomingMessage, response: ServerResponse, asset: StaticAsset): void {
  response.setHeader('cache-control', 'no-cache')
  response.setHeader('vary', 'accept, accept-encoding')
  response.setHeader('etag', asset.etag)
  if (isCached(request, asset)) return void response.writeHead(304).end()
  const zips = acceptsGzip(request)
  const body = zips ? asset.zipped : asset.plain
  if (zips) response.setHeader('content-encoding', 'gzip')
  response.setHeader('content-type', asset.type)
  response.setHeader('content-length', body.length)
  response.end(body)
}
