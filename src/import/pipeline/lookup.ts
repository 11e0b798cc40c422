import type { Subject } from '../../domain/identifier.ts'
import { findByIdentifier, type IdentifiedRow } from '../../store/identifier.ts'
import type { Transaction } from '../../store/rows.ts'
import { findByUniqueKey, type UniqueKeyRow } from '../../store/unique-key.ts'
import type { DatelineRecord } from '../formats/dateline/record.ts'
import { type Candidate, lookupKey, ownIdentifierOf, ownKeysOf } from './candidate.ts'
import { subjectOf, writeModelOf } from './write-model.ts'

/** The stored rows of the candidates, of their twins and of their references, by `lookupKey`. */
export type Lookup = Map<string, IdentifiedRow>

/** Looks up all identifiers of a batch, in one statement for each subject. */
export async function lookUp(tx: Transaction, candidates: readonly Candidate[]): Promise<Lookup> {
  const identifiers = new Map<Subject, Set<string>>()
  const collect = (subject: Subject, identifier: string) => {
    const ofSubject = identifiers.get(subject)
    if (ofSubject) ofSubject.add(identifier)
    else identifiers.set(subject, new Set([identifier]))
    return ''
  }
  const visited = new Set<DatelineRecord>()
  for (const { record, id, twins, listings, mentions } of candidates) {
    for (const twin of twins) collect('actor', twin)
    if (record && !visited.has(record)) {
      // Rows may share companions.
      visited.add(record)
      for (const identifier of [ownIdentifierOf(record) ?? [], record.identifiers].flat())
        collect(subjectOf[record.record], identifier)
      writeModelOf(record, id, collect)
    }
    for (const { actor, sanction, citations = [] } of listings) {
      collect('actor', actor)
      collect('sanction', sanction)
      for (const { source } of citations) collect('source', source)
    }
    for (const { event, source } of mentions) {
      collect('event', event)
      collect('source', source)
    }
  }
  const known = new Map<string, IdentifiedRow>()
  for (const [subject, ofSubject] of identifiers)
    for (const [identifier, row] of await findByIdentifier(tx, subject, [...ofSubject]))
      known.set(lookupKey(subject, identifier), row)
  return known
}

/** Returns the stored rows that have any of a record's identifiers, or else the one that has its id. */
export function storedRows(record: DatelineRecord, known: Lookup): IdentifiedRow[] {
  const identified = ownKeysOf(record).flatMap((key) => known.get(key) ?? [])
  const own = ownIdentifierOf(record)
  if (identified.length > 0 || !own) return identified
  return [known.get(lookupKey(subjectOf[record.record], own)) ?? []].flat()
}

/** Finds the stored rows that have the candidates' slugs (of sources: URLs), by `${subject} ${slug or URL}`. */
export async function lookUpUniqueKeys(
  tx: Transaction,
  candidates: readonly Candidate[],
): Promise<Map<string, UniqueKeyRow>> {
  const rows = new Map<string, UniqueKeyRow>()
  const records = candidates.flatMap(({ record }) => record ?? [])
  for (const table of ['Actor', 'Event', 'Sanction', 'Source'] as const) {
    const subject = table.toLowerCase()
    const ofSubject = records.filter(({ record }) => subjectOf[record] === subject)
    const values = ofSubject.flatMap((record) => uniqueKey(record) ?? [])
    for (const [value, row] of await findByUniqueKey(tx, table, values)) rows.set(`${subject} ${value}`, row)
  }
  return rows
}

/** Returns the value of a record that no other record of its type may have: the slug, or the URL of a source. */
export function uniqueKey(record: DatelineRecord): string | null | undefined {
  if (record.record === 'RELATIONSHIP') return undefined
  return record.record === 'SOURCE' ? record.url : record.slug
}
