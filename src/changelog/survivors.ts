// Ids in the arguments of a subscription. Those of records that were merged stand for the records they were merged into, also
// when the merge comes while the subscription is open.
import { reads } from '../db/client.ts'
import { readId, writeId } from '../domain/id.ts'
import type { Merge } from './change.ts'

type Replace = (uuid: string) => string | undefined

/** The arguments with the ids of the surviving records. */
export async function replaceMergedIds<Values>(values: Values): Promise<Values> {
  const ids = new Set<string>()
  mapIds(values, (uuid) => void ids.add(uuid))
  if (ids.size === 0) return values
  const rows = await reads.$queryRaw<{ id: string; survivor: string }[]>`
    SELECT id::text, "mergedIntoId"::text AS survivor FROM "Actor" WHERE id = ANY(${[...ids]}::uuid[]) AND "mergedIntoId" IS NOT NULL
    UNION ALL
    SELECT id::text, "mergedIntoId"::text FROM "Event" WHERE id = ANY(${[...ids]}::uuid[]) AND "mergedIntoId" IS NOT NULL`
  const survivors = new Map(rows.map(({ id, survivor }) => [id, survivor]))
  return survivors.size === 0 ? values : (mapIds(values, (uuid) => survivors.get(uuid)) as Values)
}

/** Whether arguments name a record. */
export function containIds(values: unknown): boolean {
  let areNamed = false
  mapIds(values, () => {
    areNamed = true
    return undefined
  })
  return areNamed
}

/** The arguments after a merge; undefined where they do not name the merged record. */
export function replaceMergedId<Values>(values: Values, { from, to }: Merge): Values | undefined {
  let isNamed = false
  const replaced = mapIds(values, (uuid) => {
    if (uuid !== from) return undefined
    isNamed = true
    return to
  })
  return isNamed ? (replaced as Values) : undefined
}

/** A copy in which each id holds what `replace` gives for its UUID, where it gives one. */
function mapIds(value: unknown, replace: Replace): unknown {
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
