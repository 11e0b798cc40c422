// Refuses requests of callers without enough points, before the body is read.
import type { IncomingMessage, ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Admission, Rejection } from '../graphql/admission.ts'
import { REQUEST_ID } from '../http/request-id.ts'
import { addressOf } from '../http/sender.ts'
import { closeUnread } from '../http/unread.ts'
import { balanceHeaders } from './bucket.ts'

/**
 * The delay of a refusal, in milliseconds, so that a client that retries immediately uses few resources. It grows with each other
 * delayed refusal of the same address, up to the maximum.
 */
const DELAY_MS = 400
const DELAY_PER_REFUSAL_MS = 150
const MAX_DELAY_MS = 10_000

/** The number of delayed refusals of each address. */
const delayed = new Map<string, number>()

/** The largest body of a refused request that is received, in bytes. The connection of a larger one is closed. */
const MAX_RECEIVED = 64 * 1024

/** Resolves when a refusal for an address may be sent, or when the signal is aborted. */
export async function delayRefusal(address: string, signal?: AbortSignal): Promise<void> {
  const others = delayed.get(address) ?? 0
  delayed.set(address, others + 1)
  try {
    await sleep(Math.min(MAX_DELAY_MS, DELAY_MS + others * DELAY_PER_REFUSAL_MS), undefined, { signal })
  } catch {
    // The client has disconnected.
  } finally {
    const left = (delayed.get(address) ?? 1) - 1
    if (left > 0) delayed.set(address, left)
    else delayed.delete(address)
  }
}

/**
 * Returns the refusal of a request whose caller has too few points for any request; undefined if it may continue. Requests with an
 * Authorization header are checked later, by the admission, because their key's bucket is not known yet.
 */
export function refusalOf(request: IncomingMessage, admission: Admission, trustProxy: number): Rejection | undefined {
  if (request.headers.authorization !== undefined) return undefined
  return admission.refusalOf(addressOf(request, trustProxy))
}

/** Charges a file of so many bytes to the address that requests it. Returns the refusal if the address has too few points. */
export function chargeFile(
  request: IncomingMessage,
  admission: Admission,
  trustProxy: number,
  bytes: number,
): Rejection | undefined {
  return admission.chargeFile(addressOf(request, trustProxy), bytes)
}

/** Sends a refusal. Receives a short body, so that the connection can be reused; closes the connection if the body is longer. */
export async function refuse(
  request: IncomingMessage,
  response: ServerResponse,
  { error, balance, caller }: Rejection,
): Promise<void> {
  const { 'content-length': length = 0, 'transfer-encoding': encoding } = request.headers
  if (encoding !== undefined || !(Number(length) <= MAX_RECEIVED)) closeUnread(request, response)
  const disconnected = new AbortController()
  response.once('close', () => disconnected.abort())
  await delayRefusal(caller, disconnected.signal)
  if (response.destroyed) return
  const { http: _, ...extensions } = error.extensions
  const errors = [{ message: error.message, extensions }]
  const body = Buffer.from(JSON.stringify({ errors, extensions: { requestId: response.getHeader(REQUEST_ID) } }))
  response.writeHead(429, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': body.length,
    'retry-after': String(extensions.retryAfter),
    ...balanceHeaders(balance),
  })
  response.end(body)
}
