import { once } from 'node:events'
import { follow, overFetch } from '../../packages/client/follow.js'
import { UserError } from '../domain/errors.ts'
import { print } from './print.ts'

export interface FollowFlags {
  url: string
  where?: string
  after?: string
  key?: string
}

const QUERY = `subscription Follow($where: EventWhere, $after: String) {
  eventAdded(where: $where, after: $after) {
    cursor
    committedAt
    event { id slug title summary type status certainty date { earliest latest label } location { iso2 }
      participants(first: 100) { nodes { role count actor { __typename slug name } } } }
  }
}`

/** Prints new events as lines of JSON, each with its cursor, until a signal or an error stops it. */
export async function followEvents({ url, where, after, key }: FollowFlags): Promise<void> {
  const headers = key ? { authorization: `Bearer ${key}` } : undefined
  const stopped = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopped.abort())
  const variables = { where: readWhere(where) }
  const start = after ?? (await endOfLog(url, headers))
  print(`Following ${url}. Press Ctrl-C to stop.`)
  const stop = follow(overFetch(url, { query: QUERY, variables, headers }), {
    after: start,
    onEvent: (added) => process.stdout.write(`${JSON.stringify(added)}\n`),
    onError: (error) => {
      print(`The events cannot be followed: ${error instanceof Error ? error.message : JSON.stringify(error)}`)
      process.exitCode = 1
      stopped.abort()
    },
  })
  // Stops when the reader of standard output closes the pipe.
  process.stdout.on('error', () => stopped.abort())
  if (!stopped.signal.aborted) await once(stopped.signal, 'abort')
  stop()
}

function readWhere(text: string | undefined): object | undefined {
  if (text === undefined) return undefined
  try {
    return JSON.parse(text) as object
  } catch (cause) {
    throw new UserError('--where must be JSON, such as \'{"type": {"eq": "PROTEST"}}\'.', undefined, { cause })
  }
}

async function endOfLog(url: string, headers: Record<string, string> | undefined): Promise<string> {
  const body = JSON.stringify({ query: '{ feedCursor }' })
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body,
    })
    const { data, errors } = (await response.json()) as {
      data?: { feedCursor: string }
      errors?: { message: string }[]
    }
    if (data) return data.feedCursor
    throw new UserError(errors?.[0]?.message ?? `${url} answered with status ${response.status}.`)
  } catch (cause) {
    if (cause instanceof UserError) throw cause
    throw new UserError(`There is no Dateline service at ${url}: start it, or pass its URL with --url.`, undefined, {
      cause,
    })
  }
}
