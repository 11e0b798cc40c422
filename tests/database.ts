/** Returns the database of this test file. It is a copy of the template, and is dropped after the file. */
export function testDatabase(): { url: string } {
  const url = process.env.DATABASE_URL
  if (!url) throw new Error('There is no test database: run the tests with "npm test".')
  return { url }
}

/** Returns the address of another database of the same server. */
export function urlOf(serverUrl: string, database: string): string {
  const url = new URL(serverUrl)
  url.pathname = `/${database}`
  return url.href
}
