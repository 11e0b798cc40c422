import type { IncomingMessage } from 'node:http'
import { isIP, type Socket } from 'node:net'
import ipaddr from 'ipaddr.js'
import { anyone, type Viewer } from '../../domain/scope.ts'

/** A request of Node's HTTP server, or the Request object that Yoga creates for it. */
export type AnyRequest = IncomingMessage | Request

/** Who sent a request, and from which address. */
interface Sender {
  readonly viewer: Viewer
  readonly address: string
}

/** The address of a request without a connection, as in tests. */
export const UNKNOWN = 'unknown'

const unidentified: Sender = { viewer: anyone, address: UNKNOWN }

const senders = new WeakMap<AnyRequest, Sender>()

/** Records who sent a request. */
export const recordSender = (request: AnyRequest, sender: Sender): void => void senders.set(request, sender)

const senderOf = (request: AnyRequest): Sender => senders.get(request) ?? unidentified

/** Returns the viewer of a request; the anonymous one if none was recorded. */
export const viewerOf = (request: AnyRequest): Viewer => senderOf(request).viewer

/** Returns the name of the bucket that pays for a request: that of its key or token, or else of its address. */
export function callerOf(request: AnyRequest): string {
  const { viewer, address } = senderOf(request)
  return viewer.name ?? address
}

/** The addresses of open connections, computed once for each connection. */
const socketAddresses = new WeakMap<object, string>()

/**
 * Returns the address of a request in canonical form: an IPv4 address, or the first 64 bits of an IPv6 address.
 * The last `proxies` entries of X-Forwarded-For are trusted. If an entry is not an address, the address of the proxy that sent it
 * is used, because a client may have chosen the entry.
 */
export function addressOf({ headers, socket }: IncomingMessage, proxies: number): string {
  const direct = socketAddresses.get(socket) ?? recordSocketAddress(socket)
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
  socketAddresses.set(socket, direct)
  return direct
}

/**
 * Returns the canonical form of an address; undefined if the text is not one. Accepts ports, brackets, quotes, zones, and IPv4
 * addresses mapped to IPv6.
 */
function canonical(text: string): string | undefined {
  const [, bracketed, withPort] = /^"?(?:\[([^\]]*)\](?::\d+)?|([\d.]+):\d+)"?$/.exec(text) ?? []
  const [plain = ''] = (bracketed ?? withPort ?? text.replace(/^"(.*)"$/, '$1')).split('%')
  if (isIP(plain) === 0) return undefined
  const address = ipaddr.process(plain)
  if (address.kind() === 'ipv4') return address.toString()
  // An IPv6 network of 64 bits usually belongs to one customer.
  return `${ipaddr.IPv6.networkAddressFromCIDR(`${address}/64`)}/64`
}
