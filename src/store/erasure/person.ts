// What an erasure needs to know of the person: whether it can be erased, the names, and hashes of the register numbers.
import { Invalid } from '../../domain/mutation-error.ts'
import { ownScheme } from '../identifier.ts'
import { recordNotFound } from '../record.ts'
import type { Transaction } from '../rows.ts'
import { hashOf } from './tombstone.ts'

/** Throws a `NotFound` or an `Invalid` if there is no such person, or the person cannot be erased. */
export async function requireErasable(tx: Transaction, id: string): Promise<void> {
  const [person] = await tx.$queryRaw<{ kind: string; isMerged: boolean; imposes: boolean }[]>`
    SELECT kind::text, "mergedIntoId" IS NOT NULL AS "isMerged",
      EXISTS (
        SELECT FROM (SELECT "authorityId" FROM "Sanction" UNION ALL SELECT "authorityId" FROM "Licence") s
        JOIN "Actor" m ON m.id = s."authorityId" WHERE a.id IN (m.id, m."mergedIntoId")) AS imposes
    FROM "Actor" a WHERE id = ${id}::uuid`
  if (!person) throw recordNotFound()
  if (person.kind !== 'PERSON') throw invalid('id', 'is not a person: only people can be erased.')
  if (person.isMerged)
    throw invalid('id', 'was merged into another record: erase that record, or undo the merge first.')
  if (person.imposes)
    throw invalid('id', 'is the authority of sanctions or licences, which remain: give them another authority first.')
}

/** Returns the present and earlier names of a person and of the records merged into the person. */
export async function namesOf(tx: Transaction, id: string): Promise<string[]> {
  const rows = await tx.$queryRaw<{ name: string }[]>`
    WITH ids AS (SELECT a.id FROM "Actor" a WHERE ${id}::uuid IN (a.id, a."mergedIntoId")),
    entries AS (
      SELECT before, after, children FROM "Change" WHERE "entityId" IN (SELECT id FROM ids)
      UNION ALL SELECT before, after, children FROM "ChangePending" WHERE "entityId" IN (SELECT id FROM ids)
    ), earlier AS (
      SELECT name FROM entries, unnest(ARRAY[before ->> 'name', after ->> 'name']) name WHERE name IS NOT NULL
      UNION SELECT value #>> '{}' FROM entries, jsonb_path_query(children, 'lax $.names.**.value') value
    )
    SELECT name FROM "Actor" WHERE id IN (SELECT id FROM ids)
    UNION SELECT value FROM "ActorName" WHERE "actorId" IN (SELECT id FROM ids)
    -- Not those of somebody who was merged into the person by mistake.
    UNION SELECT name FROM earlier e
      WHERE NOT EXISTS (SELECT FROM "ActorName" n WHERE n.value = e.name AND n."actorId" NOT IN (SELECT id FROM ids))`
  return rows.map(({ name }) => name)
}

/**
 * Returns the hashes of a person's present and earlier register numbers, and of the ids by which an export names the person. Lists have
 * the earlier ones too.
 */
export async function hashesOf(tx: Transaction, id: string, key: string): Promise<string[]> {
  const rows = await tx.$queryRaw<{ identifier: string }[]>`
    WITH ids AS (SELECT a.id FROM "Actor" a WHERE ${id}::uuid IN (a.id, a."mergedIntoId")),
    entries AS (
      SELECT children FROM "Change" WHERE "entityId" IN (SELECT id FROM ids)
      UNION ALL SELECT children FROM "ChangePending" WHERE "entityId" IN (SELECT id FROM ids)
    ), earlier AS (
      SELECT DISTINCT i ->> 'scheme' AS scheme, i ->> 'value' AS value
      FROM entries, jsonb_path_query(children, 'lax $.identifiers.** ? (exists(@.scheme))') i
    )
    SELECT ${ownScheme}::text || ':' || id AS identifier FROM ids
    UNION SELECT scheme || ':' || value FROM "Identifier" WHERE "actorId" IN (SELECT id FROM ids)
    -- Not those of somebody who was merged into the person by mistake.
    UNION SELECT scheme || ':' || value FROM earlier e WHERE NOT EXISTS (
      SELECT FROM "Identifier" i
      WHERE i.scheme = e.scheme AND i.value = e.value AND i."actorId" NOT IN (SELECT id FROM ids))`
  return rows.map(({ identifier }) => hashOf(identifier, key))
}

const invalid = (path: string, message: string) => new Invalid([{ path: [path], message }])
