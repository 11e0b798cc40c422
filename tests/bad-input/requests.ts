// HTTP requests that are not GraphQL requests, each with the expected status.
import { gzipSync } from 'node:zlib'

export interface Sent {
  what: string
  method?: string
  /** The query string after the path of the API. */
  query?: string
  headers?: Record<string, string>
  body?: string | Buffer
  /** Whether the body is sent without its length. */
  chunked?: boolean
  status: number
}

const spec = { accept: 'application/graphql-response+json' }
const json = { 'content-type': 'application/json' }
const asked = JSON.stringify({ query: '{ __typename }' })
const padded = (bytes: number) => JSON.stringify({ query: `{ __typename } #${' '.repeat(bytes)}` })
const given = (query: string, more: object = {}) => JSON.stringify({ query, ...more })
const typed = (type: string, body: string): Sent => ({
  what: `a body of ${type}`,
  headers: { 'content-type': type },
  body,
  status: 415,
})

const sizes: Sent[] = [
  { what: 'a body over 100 kB', headers: json, body: padded(100_000), status: 413 },
  { what: 'a body over 100 kB in chunks', headers: json, body: padded(100_000), chunked: true, status: 413 },
  { what: 'a header of 20 kB', method: 'GET', headers: { 'x-long': 'a'.repeat(20_000) }, status: 431 },
  { what: 'a compressed body', headers: { ...json, 'content-encoding': 'gzip' }, body: gzipSync(asked), status: 415 },
  {
    what: 'a body in another charset',
    headers: { 'content-type': 'application/json; charset=utf-16' },
    body: asked,
    status: 415,
  },
]

const kinds: Sent[] = [
  { what: 'a batch', headers: json, body: `[${asked},${asked}]`, status: 400 },
  { what: 'an empty batch', headers: json, body: '[]', status: 400 },
  { what: 'a mutation by GET', method: 'GET', query: '?query=mutation{__typename}', status: 405 },
  typed('application/x-www-form-urlencoded', 'query=%7B__typename%7D'),
  typed('text/plain', asked),
  typed('application/graphql', '{ __typename }'),
  typed(
    'multipart/form-data; boundary=x',
    `--x\r\ncontent-disposition: form-data; name="operations"\r\n\r\n${asked}\r\n--x--\r\n`,
  ),
  { what: 'a body of no content type', body: asked, status: 415 },
  { what: 'PUT', method: 'PUT', headers: json, body: asked, status: 405 },
  { what: 'DELETE', method: 'DELETE', query: '?query={__typename}', status: 405 },
  { what: 'PATCH', method: 'PATCH', headers: json, body: asked, status: 405 },
]

const bodies: Sent[] = [
  { what: 'nothing', headers: json, body: '', status: 400 },
  { what: 'null', headers: json, body: 'null', status: 400 },
  { what: 'a number', headers: json, body: '1', status: 400 },
  { what: 'broken JSON', headers: json, body: '{"query": "{ __typename }"', status: 400 },
  {
    what: 'bad UTF-8',
    headers: json,
    body: Buffer.from([...Buffer.from('{"query":"{ __typename } #'), 0xff, 0xfe, 0x22, 0x7d]),
    status: 400,
  },
  { what: 'a byte order mark', headers: json, body: `\ufeff${asked}`, status: 400 },
  { what: 'variables as a list', headers: json, body: given('{ __typename }', { variables: [] }), status: 400 },
  { what: 'variables as a text', headers: json, body: given('{ __typename }', { variables: '{}' }), status: 400 },
  { what: 'a parameter that there is not', headers: json, body: given('{ __typename }', { more: 1 }), status: 400 },
  { what: 'a document that is no text', headers: json, body: JSON.stringify({ query: {} }), status: 400 },
  {
    what: 'an operation name that is no text',
    headers: json,
    body: given('query A { __typename }', { operationName: {} }),
    status: 400,
  },
  { what: 'variables by GET that are no JSON', method: 'GET', query: '?query={__typename}&variables={', status: 400 },
  { what: 'variables by GET that are a list', method: 'GET', query: '?query={__typename}&variables=[]', status: 400 },
  { what: 'extensions by GET that are no JSON', method: 'GET', query: '?query={__typename}&extensions={', status: 400 },
  { what: 'an address that is no address', method: 'GET', query: '?query=%E0%A4%A', headers: spec, status: 400 },
  { what: 'no document by GET', method: 'GET', headers: spec, status: 400 },
  {
    what: 'an operation that is not there',
    headers: { ...json, ...spec },
    body: given('query A { __typename }', { operationName: 'B' }),
    status: 400,
  },
  {
    what: 'two operations without a name',
    headers: { ...json, ...spec },
    body: given('{ __typename } { __typename }'),
    status: 400,
  },
  {
    what: '20,000 braces',
    headers: { ...json, ...spec },
    body: given('{'.repeat(20_000)),
    status: 400,
  },
  {
    what: 'variables 5,000 levels deep',
    headers: { ...json, ...spec },
    body: `{"query":"{ __typename }","variables":{"a":${'['.repeat(5000)}${']'.repeat(5000)}}}`,
    status: 400,
  },
]

export const requests: readonly Sent[] = [...sizes, ...kinds, ...bodies]
