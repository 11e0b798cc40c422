// Leaves out the entries of erased people: their names are not stored, but hashes of their register numbers are.
import { erasedAmong } from '../../store/erasure/tombstone.ts'
import type { FindId } from '../../store/find-id.ts'
import type { Transaction } from '../../store/rows.ts'
import { twinsOf } from '../formats/register.ts'
import { type Candidate, ownIdentifierOf } from './candidate.ts'
import { writeModelOf } from './write-model.ts'

/**
 * Separates the candidates that are erased people, and the records that refer to them, from the others. The companions of a row
 * that is left out are left out with it, and are not counted.
 */
export async function withoutErased(
  tx: Transaction,
  candidates: readonly Candidate[],
): Promise<{ candidates: readonly Candidate[]; erased: Candidate[] }> {
  const actors = candidates.map(actorsIn)
  const erased = await erasedAmong(tx, new Set(actors.flatMap((identifiers) => [...identifiers])))
  if (erased.size === 0) return { candidates, erased: [] }
  const isErased = new Map(candidates.map((each, i) => [each, [...(actors[i] ?? [])].some((one) => erased.has(one))]))
  const rows = new Set(candidates.flatMap((each) => (each.own && isErased.get(each) ? [each.row] : [])))
  return {
    candidates: candidates.filter((each) => !isErased.get(each) && !rows.has(each.row)),
    erased: candidates.filter((each) => isErased.get(each) && (each.own || !rows.has(each.row))),
  }
}

/** Returns the identifiers of the actor that a candidate is, and of those that it refers to, in all schemes of their registers. */
function actorsIn({ record, id, listings }: Candidate): Set<string> {
  const identifiers = listings.map(({ actor }) => actor)
  if (record) {
    if (record.record === 'ACTOR') identifiers.push(...[ownIdentifierOf(record) ?? [], record.identifiers].flat())
    const collect: FindId = (subject, reference) => {
      if (subject === 'actor') identifiers.push(reference)
      return ''
    }
    writeModelOf(record, id, collect)
  }
  return new Set([...identifiers, ...twinsOf(identifiers)])
}
