// npm run test:disk-full, as root on Linux: the answers while the database's disk is full, and after.
import { execFileSync } from 'node:child_process'
import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { startEmbedded } from '../../src/db/embedded.ts'
import { withClient } from '../../src/db/with-client.ts'
import { freePort, Service } from '../chaos/service.ts'

const KEY = `dl_${'d'.repeat(43)}`
const SIZE = '64m'

const READ = '{ country(by: { code: "BY" }) { name } feedCursor }'
const WRITE = `mutation { eventCreate(input: {
  title: "Without room", summary: "${'x'.repeat(8000)}", type: MEETING, status: OCCURRED, certainty: ASSERTED,
  date: { earliest: "2025-12-01", latest: "2025-12-01", precision: DAY, basis: STATED }
}) { __typename } }`

async function ask(url: string, query: string): Promise<{ status: number; codes: string[] }> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${KEY}` },
    body: JSON.stringify({ query }),
  })
  const { errors = [] } = (await response.json()) as { errors?: { extensions: { code: string } }[] }
  return { status: response.status, codes: errors.map(({ extensions }) => extensions.code) }
}

/** Writes until the disk is full. */
async function fill(url: string): Promise<void> {
  await withClient(url, async (client) => {
    await client.query('CREATE TABLE filler (text TEXT)')
    for (let rows = 1000; rows > 0; rows = Math.floor(rows / 2)) {
      const add = () =>
        client.query(
          `INSERT INTO filler SELECT string_agg(md5(random()::text), '') FROM generate_series(1, $1 * 30) n GROUP BY n / 30`,
          [rows],
        )
      for (let fits = true; fits; )
        fits = await add().then(
          () => true,
          () => false,
        )
    }
  })
}

const home = mkdtempSync(path.join(tmpdir(), 'dateline-disk-'))
chmodSync(home, 0o755)
const disk = path.join(home, 'disk')
mkdirSync(disk)
execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${SIZE}`, 'tmpfs', disk])
const cluster = await startEmbedded({ dir: path.join(home, 'data'), durable: false })
// A tablespace must belong to the account that runs PostgreSQL.
const { uid, gid } = statSync(path.join(cluster.dir, 'pgdata'))
chownSync(disk, uid, gid)
const service = new Service(await freePort(), { DATABASE_URL: cluster.url, ADMIN_API_KEY: KEY, LOG_LEVEL: 'silent' })
let failed = false
const expectThat = (what: string, holds: boolean, found: unknown) => {
  failed ||= !holds
  process.stdout.write(`${holds ? 'holds' : 'FAILS'}: ${what} (${JSON.stringify(found)})\n`)
}
try {
  await withClient(cluster.adminUrl, async (client) => {
    await client.query(`CREATE TABLESPACE small LOCATION '${disk}'`)
    await client.query('ALTER DATABASE dateline SET TABLESPACE small')
  })
  service.start()
  await service.ready()
  const url = `${service.url}/graphql`
  await fill(cluster.url)
  const writes = []
  for (let i = 0; i < 50; i++) writes.push(await ask(url, WRITE))
  const refused = writes.filter(({ codes }) => codes.length > 0)
  expectThat('writes fail, with a code', refused.length > 0, refused.at(-1))
  expectThat(
    'the code is that of a full disk',
    refused.every(({ codes }) => codes[0] === 'DATABASE_FULL'),
    refused.length,
  )
  const reads = await Promise.all(Array.from({ length: 50 }, () => ask(url, READ)))
  expectThat(
    'reads go on',
    reads.every(({ status, codes }) => status === 200 && codes.length === 0),
    reads.length,
  )
  await withClient(cluster.url, (client) => client.query('DROP TABLE filler'))
  const after = await ask(url, WRITE)
  expectThat('with room again, writes work', after.codes.length === 0, after)
} finally {
  await service.kill('SIGKILL')
  await cluster.stop()
  execFileSync('umount', [disk])
  rmSync(home, { recursive: true, force: true })
}
process.exit(failed ? 1 : 0)
