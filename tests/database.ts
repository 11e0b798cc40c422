import pg from 'pg'

/** The database of this test file alone; it is a copy of the template and goes when the file is done. */
export function testDatabase(): { url: string } {
  const url = process.env.DATABASE_URL
  if (!url) throw new Error('There is no test database: run the tests with "npm test".')
  return { url }
}

/** One connection for one piece of work. */
export async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>, name?: string): Promise<T> {
  const client = new pg.Client({ connectionString: url, application_name: name })
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}

/** Another database of the same server. */
export function urlOf(serverUrl: string, database: string): string {
  const url = new URL(serverUrl)
  url.pathname = `/${database}`
  return url.href
}
