// Refuses the requests of callers who have spent their points, before the body is read.
import type { IncomingMessage, ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Admission, Refusal } from '../admission/admission.ts'
import { REQUEST_ID } from '../request-id.ts'
import { closeUnread } from '../unread.ts'
import { balanceHeaders } from './bucket.ts'
import { addressOf } from './caller.ts'

/** How long a refusal is held back, in milliseconds, so that a client that tries again at once costs little. */
const DELAY_MS = 400

/** A longer body of a refused request is not received: the connection is closed. In bytes. */
const MOST_RECEIVED = 64 * 1024

/**
 * The refusal of a request whose caller cannot pay for any. Requests with a key are left to the admission, which knows whose
 * bucket pays.
 */
export function refusalOf(request: IncomingMessage, admission: Admission, trustProxy: number): Refusal | undefined {
  if (request.headers.authorization !== undefined) return undefined
  return admission.refusalOf(addressOf(request, trustProxy))
}

/** Answers with a refusal. A short body is received, so that the connection can be used again; a longer one is not. */
export async function refuse(
  request: IncomingMessage,
  response: ServerResponse,
  { error, balance }: Refusal,
): Promise<void> {
  const { 'content-length': length = 0, 'transfer-encoding': encoding } = request.headers
  if (encoding !== undefined || !(Number(length) <= MOST_RECEIVED)) closeUnread(request, response)
  await sleep(DELAY_MS)
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
