// Creates handlers with other limits, and sends operations in process.
import { pino } from 'pino'
import { createHandler, type HandlerOptions } from '../../../src/server/http/server.ts'
import type { Limits } from '../../../src/server/limits/limits.ts'

interface Limited {
  data?: unknown
  errors?: { message: string; extensions: { code: string; limit?: string; allowed?: number; requested?: number } }[]
  extensions?: { cost?: { requested: number; limit: number; path: string; statements: number } }
}

type Ask = (query: string, variables?: object) => Promise<Limited>

/** Returns a function that sends operations to a service with these limits. */
export function askingWithin(limits: Partial<Limits>, options: HandlerOptions = {}): Ask {
  const handler = createHandler(pino({ level: 'silent' }), { limits, ...options })
  return async (query, variables) => {
    const headers = { 'content-type': 'application/json' }
    const body = JSON.stringify({ query, variables })
    const response = await handler.fetch('http://dateline/graphql', { method: 'POST', headers, body })
    return (await response.json()) as Limited
  }
}
