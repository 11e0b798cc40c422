import { UserError } from '../../domain/errors.ts'
import { openListings, snapshotBefore } from '../../store/listing.ts'
import { isBad, type Line } from '../formats/line.ts'

/** The default of `maxDelisted`, in percent. */
export const MAX_DELISTED = 20

/**
 * Reads the entries of lists, and throws a `UserError` if a newer snapshot of one of the lists was imported, or if the import would end more
 * than so many percent of the stored listings of one of them: a truncated download looks like that. Reads nothing if no listings are stored.
 */
export async function refuseWrongSnapshot(
  lines: AsyncIterable<Line>,
  options: { readonly asOf: string; readonly maxDelisted: number; readonly signal?: AbortSignal | undefined },
): Promise<void> {
  const { asOf, maxDelisted, signal } = options
  const stored = await openListings()
  if (stored.length === 0) return
  const byKey = new Map<string, string[]>()
  for (const { id, keys } of stored) for (const key of keys) byKey.set(key, [...(byKey.get(key) ?? []), id])
  const lists = new Set<string>()
  const seen = new Set<string>()
  const entries = new Set<string>()
  let complete = true
  let partial = false
  for await (const line of lines) {
    signal?.throwIfAborted()
    if (isBad(line)) {
      complete = false
      continue
    }
    if (line.partial) partial = true
    for (const listing of line.listings ?? []) {
      for (const list of listing.lists) lists.add(list)
      entries.add(listing.listingId)
      for (const id of byKey.get(`${listing.sanction} ${listing.listingId}`) ?? []) seen.add(id)
    }
  }
  for (const list of lists) await snapshotBefore(list, asOf)
  // A list of changes names the entries that end.
  if (partial) return
  for (const list of lists) {
    const onList = stored.filter((each) => each.lists.includes(list))
    // After a bad row, only the entries that have a row lose the listings that the row lacks. A snapshot ends nothing that was seen later.
    const missing = onList.filter(
      ({ id, listingId, lists: all, seenOn }) =>
        !seen.has(id) && seenOn < asOf && all.every((each) => lists.has(each)) && (complete || entries.has(listingId)),
    )
    if (100 * missing.length > maxDelisted * onList.length)
      throw new UserError(sentence(list, missing.length, onList.length, maxDelisted))
  }
}

function sentence(list: string, missing: number, all: number, maxDelisted: number): string {
  const percent = Math.round((1000 * missing) / all) / 10
  return (
    `The snapshot lacks ${missing} of the ${all} listings on ${list} (${percent} %), and the import would delist them. ` +
    `It is refused, because that is more than ${maxDelisted} %, and nothing was changed: a truncated download looks the same. ` +
    'Check the file or download it again. If the list did shrink, import it with --accept.'
  )
}
