// Refuses the requests of callers who have spent their points, before the body is read.
import type { IncomingMessage, ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Admission, Rejection } from '../graphql/admission.ts'
import { REQUEST_ID } from '../http/request-id.ts'
import { closeUnread } from '../http/unread.ts'
import { balanceHeaders } from './bucket.ts'
import { addressOf } from './caller.ts'

/**
 * How long a refusal is held back, in milliseconds, so that a client that tries again at once costs little: longer for each other
 * refusal of the address that is held back, up to the most.
 */
const DELAY_MS = 400
const DELAY_OF_EACH_MS = 150
const MAX_DELAY_MS = 10_000

/** How many refusals of each address are held back. */
const held = new Map<string, number>()

/** A longer body of a refused request is not received: the connection is closed. In bytes. */
const MAX_RECEIVED = 64 * 1024

/** Resolves when a refusal for an address may be sent, or when the signal is aborted. */
export async function holdBack(address: string, signal?: AbortSignal): Promise<void> {
  const others = held.get(address) ?? 0
  held.set(address, others + 1)
  try {
    await sleep(Math.min(MAX_DELAY_MS, DELAY_MS + others * DELAY_OF_EACH_MS), undefined, { signal })
  } catch {
    // Nobody waits for it any more.
  } finally {
    const left = (held.get(address) ?? 1) - 1
    if (left > 0) held.set(address, left)
    else held.delete(address)
  }
}

/**
 * The refusal of a request whose caller cannot pay for any. Requests with a key are left to the admission, which knows whose
 * bucket pays.
 */
export function refusalOf(request: IncomingMessage, admission: Admission, trustProxy: number): Rejection | undefined {
  if (request.headers.authorization !== undefined) return undefined
  return admission.refusalOf(addressOf(request, trustProxy))
}

/** Charges a file of so many bytes to the address that asks for it, or returns the refusal. */
export function chargeFile(
  request: IncomingMessage,
  admission: Admission,
  trustProxy: number,
  bytes: number,
): Rejection | undefined {
  return admission.chargeFile(addressOf(request, trustProxy), bytes)
}

/** Answers with a refusal. A short body is received, so that the connection can be used again; a longer one is not. */
export async function refuse(
  request: IncomingMessage,
  response: ServerResponse,
  { error, balance, caller }: Rejection,
): Promise<void> {
  const { 'content-length': length = 0, 'transfer-encoding': encoding } = request.headers
  if (encoding !== undefined || !(Number(length) <= MAX_RECEIVED)) closeUnread(request, response)
  const gone = new AbortController()
  response.once('close', () => gone.abort())
  await holdBack(caller, gone.signal)
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
