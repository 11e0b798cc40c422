import type { IncomingMessage } from 'node:http'
import { isIPv6 } from 'node:net'
import { viewerOf } from '../auth.ts'

const addresses = new WeakMap<Request, string>()

/** Notes where a request came from. */
export const noteAddress = (request: Request, address: string): void => void addresses.set(request, address)

/** Whose bucket a request draws on: its key's, or that of the address it came from. */
export const callerOf = (request: Request): string => viewerOf(request).name ?? addresses.get(request) ?? 'unknown'

/** The address that a request came from; of what proxies say, as many of the last as are to be believed. */
export function addressOf({ headers, socket }: IncomingMessage, proxies: number): string {
  const direct = socket.remoteAddress ?? 'unknown'
  if (proxies === 0) return whole(direct)
  const forwarded = String(headers['x-forwarded-for'] ?? '')
    .split(',')
    .map((each) => each.trim())
  const chain = [...forwarded.filter(Boolean), direct]
  return whole(chain.at(-1 - proxies) ?? chain[0] ?? direct)
}

/** One household has a whole network of IPv6 addresses: its first 64 bits tell it. */
function whole(address: string): string {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, '')
  if (!isIPv6(plain)) return plain
  const [head = '', tail] = plain.split('::')
  const first = head.split(':').filter(Boolean)
  const last = tail?.split(':').filter(Boolean) ?? []
  const filled =
    tail === undefined ? first : [...first, ...Array<string>(8 - first.length - last.length).fill('0'), ...last]
  return `${filled.slice(0, 4).join(':')}::/64`
}
