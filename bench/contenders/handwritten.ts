// The practical limit: handwritten SQL, chosen by the operation's name, with nothing between it and HTTP.
import { createServer, type IncomingMessage } from 'node:http'
import pg from 'pg'
import type { BenchQuery, Draw } from '../queries/query.ts'
import { queries } from '../queries.ts'

interface Body {
  operationName: string
  variables: Draw
}

const { DATABASE_URL, PORT, POOL = '3' } = process.env

const byOperation = new Map(Object.values(queries).map((query) => [query.operation, query]))
const pool = await Promise.all(Array.from({ length: Number(POOL) }, connect))

createServer(async (request, response) => {
  const { operationName, variables } = JSON.parse(await read(request)) as Body
  const query = byOperation.get(operationName)
  const data = query?.sql.text ? await ask(query, variables) : '{"__typename":"Query"}'
  const body = Buffer.from(`{"data":${data}}`)
  response.writeHead(200, { 'content-type': 'application/json; charset=utf-8', 'content-length': body.length })
  response.end(body)
}).listen(Number(PORT), '127.0.0.1')

/** Opens a pipelined connection, which sends its next statement without waiting for the previous answer. */
async function connect(): Promise<{ client: pg.Client; waiting: number }> {
  const client = new pg.Client({ connectionString: DATABASE_URL, pipeline: true })
  await client.connect()
  return { client, waiting: 0 }
}

async function ask({ operation, sql }: BenchQuery, variables: Draw): Promise<string | undefined> {
  const connection = pool.reduce((best, each) => (each.waiting < best.waiting ? each : best))
  connection.waiting++
  const { rows } = await connection.client.query<[string]>({
    name: operation,
    text: sql.text,
    values: sql.values(variables),
    rowMode: 'array',
    types: { getTypeParser: () => String },
  })
  connection.waiting--
  return rows[0]?.[0]
}

function read(request: IncomingMessage): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => resolve(Buffer.concat(chunks).toString()))
    request.on('error', reject)
  })
}
