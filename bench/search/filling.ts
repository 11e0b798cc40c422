// Writes names in batches, as an import does, with all that the search keeps and without it, in turns, and prints the times and the
// sizes: npx tsx search/filling.ts --ofac <folder> [--names 1000000]
import { parseArgs } from 'node:util'
import { migrate } from '../../src/db/migrate.ts'
import { withClient } from '../../src/db/with-client.ts'
import { recreate, server } from '../database.ts'
import { insertNames } from './database.ts'
import { type Name, readList, withMadeUp } from './names.ts'

const BATCH = 1000

/** What the search keeps: the triggers and the index of words. */
const withoutSearch = `
  DO $$ DECLARE t RECORD; BEGIN
    FOR t IN SELECT tgrelid::regclass AS name, tgname FROM pg_trigger WHERE tgname LIKE 'words\\_%' LOOP
      EXECUTE format('DROP TRIGGER %I ON %s', t.tgname, t.name);
    END LOOP;
  END $$;
  DROP INDEX "ActorName_words_idx"`

const sizes = `
  SELECT relname AS name, pg_relation_size(oid) AS bytes FROM pg_class
  WHERE relname IN ('ActorName', 'ActorName_words_idx', 'SearchWord', 'SearchWord_isTitle_word_idx', 'SearchWord_near_idx') ORDER BY 1`

const { values } = parseArgs({ options: { ofac: { type: 'string' }, names: { type: 'string', default: '1000000' } } })
if (!values.ofac)
  throw new Error('Pass --ofac and the folder of a snapshot of the OFAC list, with sdn.csv and alt.csv.')
const names = withMadeUp((await readList(values.ofac)).names, Number(values.names))

/** Returns the time in seconds of writing the names, with the change log, and of counting the words. */
async function fill(rows: readonly Name[], search: boolean): Promise<number> {
  const url = new URL(server)
  url.pathname = '/dateline_bench_filling'
  await withClient(server, (client) => recreate(client, 'dateline_bench_filling'))
  await migrate(url.href)
  return withClient(url.href, async (client) => {
    await client.query('SET synchronous_commit = off')
    if (!search) await client.query(withoutSearch)
    const begun = performance.now()
    for (let i = 0; i < rows.length; i += BATCH) await insertNames(client, rows.slice(i, i + BATCH))
    if (search) await client.query('SELECT count_words()')
    const seconds = (performance.now() - begun) / 1000
    if (search) {
      await client.query('VACUUM')
      for (const { name, bytes } of (await client.query<{ name: string; bytes: string }>(sizes)).rows)
        console.log(`${name}: ${(Number(bytes) / rows.length).toFixed(1)} bytes for each name`)
      const { rows: words } = await client.query<{ count: string }>('SELECT count(*) FROM "SearchWord"')
      console.log(`${words[0]?.count} different words`)
    }
    return seconds
  })
}

const without = await fill(names, false)
const withSearch = await fill(names, true)
console.log(
  `${names.length} names: ${without.toFixed(1)} s without the search, ${withSearch.toFixed(1)} s with it: ${(withSearch / without).toFixed(2)} times`,
)
await withClient(server, (client) => client.query('DROP DATABASE dateline_bench_filling'))
