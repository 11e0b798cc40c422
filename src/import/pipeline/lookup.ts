import type { Subject } from '../../domain/identifier.ts'
import { findByIdentifier, type IdentifiedRow } from '../../store/identifier.ts'
import type { Transaction } from '../../store/rows.ts'
import { findByUniqueKey, type UniqueKeyRow } from '../../store/unique-key.ts'
import type { DatelineRecord } from '../formats/dateline/record.ts'
import { type Candidate, nameOf, namesOf } from './candidate.ts'
import { subjectOf, writeModelOf } from './write-model.ts'

/** What the database has of what candidates are and refer to, by subject and identifier. */
export type Lookup = ReadonlyMap<string, IdentifiedRow>

/** Looks up all identifiers of a batch, one statement for each kind of subject. */
export async function lookUp(tx: Transaction, candidates: readonly Candidate[]): Promise<Lookup> {
  const wanted = new Map<Subject, Set<string>>()
  const want = (subject: Subject, written: string) => {
    const those = wanted.get(subject)
    if (those) those.add(written)
    else wanted.set(subject, new Set([written]))
    return ''
  }
  const seen = new Set<DatelineRecord>()
  for (const { record, id, listings, mentions } of candidates) {
    if (record && !seen.has(record)) {
      // Rows share what they need beside them.
      seen.add(record)
      for (const identifier of record.identifiers) want(subjectOf[record.record], identifier)
      writeModelOf(record, id, want)
    }
    for (const { actor, sanction } of listings) {
      want('actor', actor)
      want('sanction', sanction)
    }
    for (const { event, source } of mentions) {
      want('event', event)
      want('source', source)
    }
  }
  const known = new Map<string, IdentifiedRow>()
  for (const [subject, those] of wanted)
    for (const [written, row] of await findByIdentifier(tx, subject, [...those]))
      known.set(nameOf(subject, written), row)
  return known
}

/** The rows that bear any of a record's identifiers. */
export const ownRows = (record: DatelineRecord, known: Lookup): IdentifiedRow[] =>
  namesOf(record).flatMap((name) => known.get(name) ?? [])

/** Which rows have the slugs of the candidates (of sources: their addresses), which no two may share. */
export async function lookUpUniqueKeys(
  tx: Transaction,
  candidates: readonly Candidate[],
): Promise<Map<string, UniqueKeyRow>> {
  const taken = new Map<string, UniqueKeyRow>()
  const records = candidates.flatMap(({ record }) => record ?? [])
  for (const table of ['Actor', 'Event', 'Sanction', 'Source'] as const) {
    const subject = table.toLowerCase()
    const those = records.filter(({ record }) => subjectOf[record] === subject)
    const values = those.flatMap((record) => uniqueKey(record) ?? [])
    for (const [value, row] of await findByUniqueKey(tx, table, values)) taken.set(`${subject} ${value}`, row)
  }
  return taken
}

export function uniqueKey(record: DatelineRecord): string | null | undefined {
  if (record.record === 'RELATIONSHIP') return undefined
  return record.record === 'SOURCE' ? record.url : record.slug
}
