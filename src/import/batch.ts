import type { Subject } from '../domain/identifier.ts'
import { type Facts, saveFacts } from '../store/facts.ts'
import { faultOf, isBrokenRule } from '../store/fault.ts'
import { findByIdentifier, type Known } from '../store/identifier.ts'
import type { Transaction } from '../store/rows.ts'
import { findTaken } from '../store/taken.ts'
import { write } from '../store/write.ts'
import { factsOf, joinFacts, subjectOf } from './facts.ts'
import type { DatelineRecord } from './record.ts'

/** A record on its way in, with the id that its row will have unless it is there already. */
export interface Candidate {
  readonly number: number
  readonly record: DatelineRecord
  readonly id: string
  /** What it refers to and was not found when last looked for. */
  readonly missing?: Reference
}

interface Reference {
  readonly subject: Subject
  readonly reference: string
}

interface Outcome {
  readonly created: number
  readonly changed: number
  readonly unchanged: number
  /** Those that refer to what may still come. */
  readonly waiting: Candidate[]
  readonly rejections: { readonly candidate: Candidate; readonly reason: string }[]
}

/** Imports of one database take turns, batch by batch; any number that nothing else locks will do. */
const lock = 6_836_011_915

/** Writes a batch in one transaction; records that break a rule of the database are found by halving, and rejected. */
export async function importBatch(writer: string, candidates: readonly Candidate[]): Promise<Outcome> {
  try {
    return await write(writer, (tx) => writeBatch(tx, candidates), { maxWait: 60_000, timeout: 600_000 })
  } catch (error) {
    const reason = brokenRule(error)
    const [first] = candidates
    if (!reason || !first) throw error
    if (candidates.length === 1)
      return { created: 0, changed: 0, unchanged: 0, waiting: [], rejections: [{ candidate: first, reason }] }
    const middle = Math.ceil(candidates.length / 2)
    const one = await importBatch(writer, candidates.slice(0, middle))
    const other = await importBatch(writer, candidates.slice(middle))
    return {
      created: one.created + other.created,
      changed: one.changed + other.changed,
      unchanged: one.unchanged + other.unchanged,
      waiting: [...one.waiting, ...other.waiting],
      rejections: [...one.rejections, ...other.rejections],
    }
  }
}

async function writeBatch(tx: Transaction, candidates: readonly Candidate[]): Promise<Outcome> {
  // Unlike a request, an import waits for the one before it, however long that takes.
  await tx.$executeRaw`SELECT set_config('lock_timeout', '0', true), set_config('statement_timeout', '0', true)`
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(${lock}::bigint)`
  const known = await lookUp(tx, candidates)
  const rejections: Outcome['rejections'] = []
  const waiting: Candidate[] = []
  const closed = candidates.filter(({ record }) => ownRows(record, known).some((row) => row.closed))
  let open = await chooseRows(tx, candidates, known, rejections)
  let resolved = resolve(open, known)
  for (;;) {
    waiting.push(...resolved.waiting)
    rejections.push(...resolved.rejections)
    if (resolved.ready.length === open.length) break
    // Whoever refers to one that fell out has to be looked at again.
    open = resolved.ready
    resolved = resolve(open, known)
  }
  const { created, changed } = await saveFacts(tx, joinFacts(resolved.parts))
  const unchanged = closed.length + open.length - created.size - changed.size
  return { created: created.size, changed: changed.size, unchanged, waiting, rejections }
}

type Lookup = ReadonlyMap<string, Known>

async function lookUp(tx: Transaction, candidates: readonly Candidate[]): Promise<Lookup> {
  const wanted = new Map<Subject, Set<string>>()
  const want = (subject: Subject, written: string) => {
    const those = wanted.get(subject) ?? new Set()
    wanted.set(subject, those.add(written))
    return ''
  }
  for (const { record, id } of candidates) {
    for (const identifier of record.identifiers) want(subjectOf[record.record], identifier)
    factsOf(record, id, want)
  }
  const known = new Map<string, Known>()
  for (const [subject, those] of wanted)
    for (const [written, row] of await findByIdentifier(tx, subject, [...those]))
      known.set(`${subject} ${written}`, row)
  return known
}

function ownRows(record: DatelineRecord, known: Lookup): Known[] {
  return record.identifiers.flatMap((identifier) => known.get(`${subjectOf[record.record]} ${identifier}`) ?? [])
}

/** Gives each record the row that it speaks of; leaves out those that speak of a closed row, and rejects the contradictory. */
async function chooseRows(
  tx: Transaction,
  candidates: readonly Candidate[],
  known: Lookup,
  rejections: Outcome['rejections'],
): Promise<Candidate[]> {
  const taken = await takenKeys(tx, candidates)
  const rows = new Map<string, number>()
  return candidates.flatMap((candidate) => {
    const { record, number } = candidate
    const own = ownRows(record, known)
    if (own.some((row) => row.closed)) return []
    const id = own[0]?.id ?? candidate.id
    const subject = subjectOf[record.record]
    const key = uniqueKey(record)
    const refuse = (reason: string) => {
      rejections.push({ candidate, reason })
      return []
    }
    if (own.some((row) => row.id !== id))
      return refuse(`Its identifiers belong to different ${subject}s: import each with its own, or merge the two.`)
    if (rows.has(id))
      return refuse(`It is the same ${subject} as record ${rows.get(id)} of this input: make one record of the two.`)
    if (key && (taken.get(`${subject} ${key}`) ?? id) !== id) {
      const column = subject === 'source' ? 'url' : 'slug'
      return refuse(
        `The ${column} "${key}" is already that of another ${subject}: choose another, or use that one's identifier.`,
      )
    }
    if (record.record === 'ACTOR') {
      const kind = own[0]?.kind
      if (kind && kind !== record.kind)
        return refuse(
          `It says ${record.kind}, and is a ${kind} in the database: correct the kind, or make another actor.`,
        )
      if (!kind && record.kind === 'COUNTRY' && !record.country)
        return refuse('It is a new COUNTRY and carries no codes: add "country".')
      if (!kind && record.kind === 'ASSET' && !record.asset)
        return refuse('It is a new ASSET and does not say of what kind: add "asset".')
    }
    if (key) taken.set(`${subject} ${key}`, id)
    rows.set(id, number)
    return [{ ...candidate, id }]
  })
}

async function takenKeys(tx: Transaction, candidates: readonly Candidate[]): Promise<Map<string, string>> {
  const taken = new Map<string, string>()
  for (const table of ['Actor', 'Event', 'Sanction', 'Source'] as const) {
    const subject = table.toLowerCase()
    const those = candidates.filter(({ record }) => subjectOf[record.record] === subject)
    const values = those.flatMap(({ record }) => uniqueKey(record) ?? [])
    for (const [value, id] of await findTaken(tx, table, values)) taken.set(`${subject} ${value}`, id)
  }
  return taken
}

function uniqueKey(record: DatelineRecord): string | null | undefined {
  if (record.record === 'RELATIONSHIP') return undefined
  return record.record === 'SOURCE' ? record.url : record.slug
}

/** Parts those whose references all lead somewhere, with their facts, from those that wait and those that never will. */
function resolve(open: readonly Candidate[], known: Lookup) {
  const here = new Map<string, Pick<Known, 'survivorId' | 'kind'>>()
  for (const { record, id } of open)
    for (const identifier of record.identifiers)
      here.set(`${subjectOf[record.record]} ${identifier}`, {
        survivorId: id,
        kind: record.record === 'ACTOR' ? record.kind : null,
      })

  const ready: Candidate[] = []
  const parts: Partial<Facts>[] = []
  const waiting: Candidate[] = []
  const rejections: Outcome['rejections'] = []
  for (const candidate of open) {
    let missing: Reference | undefined
    let reason: string | undefined
    const part = factsOf(candidate.record, candidate.id, (subject, reference, kind) => {
      const found = known.get(`${subject} ${reference}`) ?? here.get(`${subject} ${reference}`)
      if (!found) missing ??= { subject, reference }
      else if (kind && found.kind !== kind)
        reason ??= `${reference} has to be a ${kind} here, and is a ${found.kind}: refer to another.`
      return found?.survivorId ?? ''
    })
    if (reason) rejections.push({ candidate, reason })
    else if (missing) waiting.push({ ...candidate, missing })
    else {
      ready.push(candidate)
      parts.push(part)
    }
  }
  return { ready, parts, waiting, rejections }
}

/** Says which rule of the database was broken, if that is what went wrong. */
function brokenRule(error: unknown): string | undefined {
  const fault = faultOf(error)
  return fault && isBrokenRule(fault) ? `The database refuses it: ${fault.message.replace(/\.?$/, '.')}` : undefined
}
