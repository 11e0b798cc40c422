import { Invalid } from '../domain/mutation-error.ts'
import { slugOf } from '../domain/name.ts'
import type { Transaction } from './rows.ts'
import { findByUniqueKey } from './unique-key.ts'

interface NewRecord {
  readonly id: string
  /** The slug that the caller requests. Default: made from the title. */
  readonly slug?: string | null
  readonly title: string
}

const MAX_LENGTH = 80

/** Returns the slug of a new record: the requested one, or one made from its title. Throws `Invalid` if it is in use. */
export async function chooseSlug(
  tx: Transaction,
  table: 'Actor' | 'Event' | 'Sanction',
  record: NewRecord,
): Promise<string> {
  const [slug] = await chooseSlugs(tx, table, [record])
  if (typeof slug === 'string') return slug
  throw slug
}

/** Returns a different slug for each new record, or an `Invalid` if the requested slug is in use. */
export async function chooseSlugs(
  tx: Transaction,
  table: 'Actor' | 'Event' | 'Sanction',
  records: readonly NewRecord[],
): Promise<(string | Invalid)[]> {
  const preferred = records.map(({ slug, title }) => slug ?? slugOf(title).slice(0, MAX_LENGTH).replace(/-$/, ''))
  const used = new Set((await findByUniqueKey(tx, table, preferred)).keys())
  return records.map(({ id, slug }, index) => {
    const first = preferred[index] ?? ''
    const isFree = first !== '' && !used.has(first)
    const chosen = isFree || slug ? first : `${first || table.toLowerCase()}-${id.slice(-12)}`
    used.add(chosen)
    if (isFree || !slug) return chosen
    const message = `is already used by another ${table.toLowerCase()}: pass another slug, or omit it.`
    return new Invalid([{ path: ['slug'], message }])
  })
}
