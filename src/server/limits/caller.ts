import type { IncomingMessage } from 'node:http'
import { isIP, type Socket } from 'node:net'
import ipaddr from 'ipaddr.js'
import { viewerOf } from '../http/auth.ts'

/** A request as Node has it, or as Yoga has it. */
export type AnyRequest = IncomingMessage | Request

const addresses = new WeakMap<AnyRequest, string>()

/** Records where a request came from. */
export const recordAddress = (request: AnyRequest, address: string): void => void addresses.set(request, address)

/** Whose bucket a request draws on: its key's, or that of the address it came from. */
export const callerOf = (request: AnyRequest): string => viewerOf(request).name ?? addresses.get(request) ?? UNKNOWN

const UNKNOWN = 'unknown'

/** The addresses of open connections, which carry many requests. */
const directs = new WeakMap<object, string>()

/**
 * The address that a request came from, in one canonical form: an IPv4 address, or the first 64 bits of an IPv6 address.
 * `proxies` entries of X-Forwarded-For are trusted, counted from the end. Where the entry is not an address, the address of
 * the proxy that sent it is used, because a client may have chosen the entry.
 */
export function addressOf({ headers, socket }: IncomingMessage, proxies: number): string {
  const direct = directs.get(socket) ?? recordSocketAddress(socket)
  if (proxies === 0) return direct
  const forwarded = String(headers['x-forwarded-for'] ?? '')
    .split(',')
    .map((each) => each.trim())
    .filter(Boolean)
  const trusted = forwarded.slice(-proxies).map(canonical)
  return trusted.find((each) => each !== undefined) ?? direct
}

function recordSocketAddress(socket: Socket): string {
  const direct = canonical(socket.remoteAddress ?? '') ?? UNKNOWN
  directs.set(socket, direct)
  return direct
}

/** Undefined where the text is not an address. Accepts ports, brackets, quotes, zones, and IPv4 addresses mapped to IPv6. */
function canonical(text: string): string | undefined {
  const [, bracketed, withPort] = /^"?(?:\[([^\]]*)\](?::\d+)?|([\d.]+):\d+)"?$/.exec(text) ?? []
  const [plain = ''] = (bracketed ?? withPort ?? text.replace(/^"(.*)"$/, '$1')).split('%')
  if (isIP(plain) === 0) return undefined
  const address = ipaddr.process(plain)
  if (address.kind() === 'ipv4') return address.toString()
  // An IPv6 network of 64 bits usually belongs to one customer.
  return `${ipaddr.IPv6.networkAddressFromCIDR(`${address}/64`)}/64`
}
