// Labels are identifiers that name a thing, but do not tell which entry of a list a record is: several entries may have the number of
// one ship (`isLabel`). A label is stored only for the first record of a list that has it. Records of several lists may join by it.
import type { IdentifiedRow } from '../../store/identifier.ts'
import type { DatelineRecord } from '../formats/dateline/record.ts'
import { isLabel, lookupKey } from './candidate.ts'
import type { Lookup } from './lookup.ts'
import { subjectOf } from './write-model.ts'

/**
 * Returns the record without the labels that belong to other records, and these labels. `numberOfKey` has the lookup keys of the
 * records that were chosen before. A record that has only labels keeps them.
 */
export function withoutTakenLabels<R extends DatelineRecord>(
  record: R,
  known: Lookup,
  numberOfKey: ReadonlyMap<string, number>,
): { record: R; taken: string[] } {
  const { identifiers } = record
  if (!identifiers.some(isLabel) || identifiers.every(isLabel)) return { record, taken: [] }
  const stored = (identifier: string): IdentifiedRow | undefined =>
    known.get(lookupKey(subjectOf[record.record], identifier))
  const own = identifiers.filter((each) => !isLabel(each)).flatMap((each) => stored(each)?.id ?? [])
  const taken = identifiers.filter((each) => {
    if (!isLabel(each)) return false
    const row = stored(each)
    return row ? !own.includes(row.id) : numberOfKey.has(lookupKey(subjectOf[record.record], each))
  })
  if (taken.length === 0) return { record, taken }
  return { record: { ...record, identifiers: identifiers.filter((each) => !taken.includes(each)) }, taken }
}
