// Replaces ids of merged records in the arguments of a subscription with the ids of the surviving records: when the subscription is
// opened, and when a merge happens or is undone while it is open.
import { reads } from '../db/client.ts'
import { readId, writeId } from '../domain/id.ts'
import type { Merge } from './change.ts'

/** The UUIDs of the surviving records, by those of the merged records. */
export type Survivors = ReadonlyMap<string, string>

/** Returns the UUIDs of the records in arguments. */
export function idsIn(values: unknown): Set<string> {
  const ids = new Set<string>()
  mapIds(values, (uuid) => void ids.add(uuid))
  return ids
}

/** Reads the records into which those with these UUIDs were merged. */
export async function readSurvivors(ids: ReadonlySet<string>): Promise<Survivors> {
  if (ids.size === 0) return new Map()
  const rows = await reads.$queryRaw<{ id: string; survivor: string }[]>`
    SELECT id::text, "mergedIntoId"::text AS survivor FROM "Actor" WHERE id = ANY(${[...ids]}::uuid[]) AND "mergedIntoId" IS NOT NULL
    UNION ALL
    SELECT id::text, "mergedIntoId"::text FROM "Event" WHERE id = ANY(${[...ids]}::uuid[]) AND "mergedIntoId" IS NOT NULL`
  return new Map(rows.map(({ id, survivor }) => [id, survivor]))
}

/** Returns the arguments with the ids of merged records replaced with those of the surviving records. */
export const replaceMergedIds = <Values>(values: Values, survivors: Survivors): Values =>
  survivors.size === 0 ? values : (mapIds(values, (uuid) => survivors.get(uuid)) as Values)

/** Returns the survivors of the records with these UUIDs after more merges, in order; undefined if they do not change. */
export function survivorsAfter(
  ids: ReadonlySet<string>,
  survivors: Survivors,
  merges: readonly Merge[],
): Survivors | undefined {
  const after = new Map(survivors)
  for (const { from, to } of merges)
    for (const id of ids) {
      if (id !== from && (to === null || after.get(id) !== from)) continue
      if (to === null) after.delete(id)
      else after.set(id, to)
    }
  const isSame = after.size === survivors.size && [...after].every(([id, survivor]) => survivors.get(id) === survivor)
  return isSame ? undefined : after
}

/** Returns a copy of a value. Replaces each id for whose UUID `replace` returns another UUID. */
function mapIds(value: unknown, replace: (uuid: string) => string | undefined): unknown {
  if (Array.isArray(value)) return value.map((each) => mapIds(each, replace))
  if (value instanceof Date || (typeof value === 'object' && value !== null && Object.keys(value).length === 0))
    return value
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, mapIds(part, replace)]))
  const id = typeof value === 'string' ? idIn(value) : undefined
  const replaced = id && replace(id.id)
  return id && replaced ? writeId(id.type, replaced) : value
}

function idIn(text: string) {
  try {
    return readId(text)
  } catch {
    return undefined
  }
}
