import { expect, test } from 'vitest'
import { withClient } from '../../src/db/with-client.ts'
import { testDatabase } from '../database.ts'
import { anAction, anEvent, anOrganization, aPerson, aSanction, aTarget, on, span } from '../world.ts'

test('a backup can be restored: all rows can be written without a search path and without triggers, as pg_restore does', async () => {
  const sanction = await aSanction({ measures: ['ASSET_FREEZE'] })
  const target = await aTarget(sanction.id, (await anOrganization()).id, span('listed', '2019-01-16', '2021-07-07'))
  await anAction(sanction.id, { targetId: target.id, eventId: (await anEvent(on('2020-01-01'))).id })
  await aPerson()
  await withClient(testDatabase().url, async (client) => {
    const { rows: tables } = await client.query<{ name: string; columns: string }>(`
      SELECT c.oid::regclass::text AS name, string_agg(format('%I', a.attname), ', ' ORDER BY a.attnum) AS columns
      FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
      WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace GROUP BY c.oid ORDER BY 1`)
    expect(tables.length).toBeGreaterThan(30)
    await client.query("BEGIN; SET LOCAL session_replication_role = replica; SET LOCAL search_path = ''")
    for (const { name, columns } of tables) {
      await client.query(`CREATE TEMPORARY TABLE stored ON COMMIT DROP AS TABLE public.${name}`)
      await client.query(`DELETE FROM public.${name}`)
      await client.query(
        `INSERT INTO public.${name} (${columns}) OVERRIDING SYSTEM VALUE SELECT ${columns} FROM pg_temp.stored`,
      )
      const { rows } = await client.query(`TABLE pg_temp.stored EXCEPT ALL TABLE public.${name}`)
      expect(rows, name).toEqual([])
      await client.query('DROP TABLE pg_temp.stored')
    }
    await client.query('ROLLBACK')
  })
})
