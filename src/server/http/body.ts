import { isUtf8 } from 'node:buffer'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { GraphQLError } from 'graphql'
import type { GraphQLParams, Plugin } from 'graphql-yoga'
import getRawBody from 'raw-body'
import type { Params } from '../graphql/admission.ts'
import { REQUEST_ID } from './request-id.ts'
import { closeUnread } from './unread.ts'

/** Reads the parameters of a GET, and says what is wrong with their JSON. */
export const useParameters = (): Plugin => ({
  onRequestParse: ({ request, url, setRequestParser }) => {
    if (request.method !== 'GET') return
    const params = searchParams(url.searchParams)
    if ('malformed' in params) throw malformedParameter(params.malformed)
    setRequestParser(() => params as GraphQLParams)
  },
})

/** The parameters of a GET, or the name of one that is no JSON object. */
export function searchParams(search: URLSearchParams): Params | { malformed: string } {
  const textOf = (name: string) => search.get(name) || undefined
  const params: Params = { query: textOf('query'), operationName: textOf('operationName') }
  for (const name of ['variables', 'extensions'] as const) {
    const text = textOf(name)
    if (!text) continue
    const value = objectIn(text)
    if (value === undefined) return { malformed: name }
    params[name] = value
  }
  return params
}

/** The object, or null, that a text holds as JSON; undefined where it holds none. */
function objectIn(text: string): Record<string, unknown> | null | undefined {
  try {
    const value = JSON.parse(text) as unknown
    return typeof value === 'object' && !Array.isArray(value) ? (value as Record<string, unknown> | null) : undefined
  } catch {
    return undefined
  }
}

const malformedParameter = (name: string) =>
  new GraphQLError(`The parameter ${name} is not a JSON object: pass one, such as {}.`, {
    extensions: { code: 'BAD_REQUEST', http: { status: 400 } },
  })

interface BodyRejection {
  status: number
  code: string
  message: string
}

/**
 * Reads a request's JSON into `request.body`, where Yoga finds it: much faster than its own reading of the stream. Answers
 * itself, and gives false, where there is nothing to hand on.
 */
export async function readBody(request: IncomingMessage, response: ServerResponse, limit: number): Promise<boolean> {
  const body = unsupportedEncoding(request) ?? (await parsed(request, limit))
  if ('message' in body) return refuse(request, response, body)
  Object.assign(request, { body: body.object })
  return true
}

/** What is wrong with how a body is sent. */
function unsupportedEncoding({ headers }: IncomingMessage): BodyRejection | undefined {
  const refusal = (message: string) => ({ status: 415, code: 'UNSUPPORTED_MEDIA_TYPE', message })
  const [type = '', ...parameters] = (headers['content-type'] ?? '').toLowerCase().split(';')
  if (!/^application\/(graphql\+)?json$/.test(type.trim()))
    return refusal(`The content type of the request is not JSON: set the header "content-type: application/json".`)
  const charset = parameters.map((each) => /^\s*charset\s*=\s*"?([^"\s]*)"?\s*$/.exec(each)?.[1]).find(Boolean)
  if (charset && charset !== 'utf-8' && charset !== 'utf8')
    return refusal(`The charset ${charset} is not supported: send the request in UTF-8.`)
  const encoding = headers['content-encoding'] ?? 'identity'
  if (encoding !== 'identity')
    return refusal('Compressed request bodies are not supported: send the request uncompressed.')
  return undefined
}

async function parsed(request: IncomingMessage, limit: number): Promise<{ object: object } | BodyRejection> {
  const malformed = (message: string): BodyRejection => ({ status: 400, code: 'BAD_REQUEST', message })
  let bytes: Buffer
  try {
    bytes = await getRawBody(request, { limit, length: request.headers['content-length'] })
  } catch (error) {
    if (!(error instanceof Error && 'type' in error && error.type === 'entity.too.large'))
      return malformed('The request body is incomplete: send it again.')
    return {
      status: 413,
      code: 'PAYLOAD_TOO_LARGE',
      message: `The request body is larger than ${limit / 1000} kB: send a smaller one.`,
    }
  }
  if (!isUtf8(bytes)) return malformed('The request body is not valid UTF-8: send it in UTF-8.')
  try {
    const value: unknown = JSON.parse(bytes.toString())
    if (typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length > 0)
      return { object: value }
    return malformed(
      'The request body must be a JSON object with a "query": send one such as {"query": "{ __typename }"}.',
    )
  } catch {
    return malformed(
      'The request body is not JSON: send an object with a "query", such as {"query": "{ __typename }"}.',
    )
  }
}

/** What was not read of a refused request is not worth reading: the connection ends with the answer. */
function refuse(request: IncomingMessage, response: ServerResponse, { status, code, message }: BodyRejection): false {
  const requestId = response.getHeader(REQUEST_ID)
  const body = Buffer.from(JSON.stringify({ errors: [{ message, extensions: { code } }], extensions: { requestId } }))
  const headers = { 'content-type': 'application/json; charset=utf-8', 'content-length': body.length }
  closeUnread(request, response)
  response.writeHead(status, headers)
  response.end(body)
  return false
}
