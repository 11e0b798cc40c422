import pg from 'pg'

const CONNECT_MS = 10_000

/** Opens a connection, runs work with it, and closes it. `name` is the connection's `application_name`. */
export async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>, name?: string): Promise<T> {
  const client = new pg.Client({ connectionString: url, application_name: name, connectionTimeoutMillis: CONNECT_MS })
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}
