// Replaces ids of merged records in the arguments of a subscription with the ids of the surviving records, when the subscription
// is opened and when a merge happens while it is open.
import { reads } from '../db/client.ts'
import { readId, writeId } from '../domain/id.ts'
import type { Merge } from './change.ts'

type Replace = (uuid: string) => string | undefined

/** Returns the arguments with the ids of merged records replaced with those of the surviving records. */
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

/** Whether arguments contain the id of a record. */
export function containIds(values: unknown): boolean {
  let areNamed = false
  mapIds(values, () => {
    areNamed = true
    return undefined
  })
  return areNamed
}

/** Returns the arguments after a merge; undefined if they do not contain the merged record. */
export function replaceMergedId<Values>(values: Values, { from, to }: Merge): Values | undefined {
  let isNamed = false
  const replaced = mapIds(values, (uuid) => {
    if (uuid !== from) return undefined
    isNamed = true
    return to
  })
  return isNamed ? (replaced as Values) : undefined
}

/** Returns a copy of a value. Replaces each id for whose UUID `replace` returns another UUID. */
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
