import { Invalid } from '../domain/mutation-error.ts'
import { slugOf } from '../domain/name.ts'
import type { Transaction } from './rows.ts'
import { findTaken } from './unique-key.ts'

interface Named {
  readonly id: string
  /** The slug that was asked for. */
  readonly slug?: string | null
  /** What makes a slug where none was. */
  readonly title: string
}

const LONGEST = 80

/** A slug for a new record: the one that was asked for, else one made of its title. */
export async function chooseSlug(
  tx: Transaction,
  table: 'Actor' | 'Event' | 'Sanction',
  named: Named,
): Promise<string> {
  const [slug] = await chooseSlugs(tx, table, [named])
  if (typeof slug === 'string') return slug
  throw slug
}

/** Slugs for new records, no two alike; where one that was asked for is taken, what is wrong. */
export async function chooseSlugs(
  tx: Transaction,
  table: 'Actor' | 'Event' | 'Sanction',
  named: readonly Named[],
): Promise<(string | Invalid)[]> {
  const wanted = named.map(({ slug, title }) => slug ?? slugOf(title).slice(0, LONGEST).replace(/-$/, ''))
  const taken = new Set((await findTaken(tx, table, wanted)).keys())
  return named.map(({ id, slug }, index) => {
    const plain = wanted[index] ?? ''
    const free = plain !== '' && !taken.has(plain)
    const chosen = free || slug ? plain : `${plain || table.toLowerCase()}-${id.slice(-12)}`
    taken.add(chosen)
    if (free || !slug) return chosen
    const message = `is already used by another ${table.toLowerCase()}: pass another slug, or omit it.`
    return new Invalid([{ path: ['slug'], message }])
  })
}
