import type { Written } from './operation.ts'

export interface Answer {
  /** 0 if there was no answer. */
  status: number
  /** The code of the first error, and the limit that it names. */
  refusal?: string
  /** The points in the answer, otherwise the points that the caller was charged. */
  points: number
  path: string
  bytes: number
  text: string
}

export const BROKEN_OFF_MS = 40_000

interface Body {
  errors?: { message: string; extensions?: { code?: string; limit?: string } }[]
  extensions?: { cost?: { requested?: number; path?: string } }
}

/** Sends an operation, and returns the answer. */
export async function post(url: string, written: Written, headers: Record<string, string> = {}): Promise<Answer> {
  const none: Answer = { status: 0, points: 0, path: '–', bytes: 0, text: '' }
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/graphql-response+json', ...headers },
      body: JSON.stringify(written),
      signal: AbortSignal.timeout(BROKEN_OFF_MS),
    })
    const text = await response.text()
    const { errors, extensions } = JSON.parse(text) as Body
    const error = errors?.[0]
    const { code, limit } = error?.extensions ?? {}
    return {
      status: response.status,
      refusal: error && [code ?? error.message.slice(0, 60), limit].filter(Boolean).join(': '),
      points: extensions?.cost?.requested ?? charged(response.headers),
      path: extensions?.cost?.path ?? '–',
      bytes: text.length,
      text,
    }
  } catch (error) {
    return { ...none, refusal: error instanceof Error ? error.name : String(error) }
  }
}

/** Returns the points that a request was charged. The bucket refills so fast that it is full before each request. */
export function charged(headers: Headers): number {
  const limit = Number(headers.get('ratelimit-limit') ?? Number.NaN)
  return limit - Number(headers.get('ratelimit-remaining') ?? Number.NaN) || 0
}
