import { v7 } from 'uuid'
import { db } from '../db/client.ts'
import type { Certainty, SanctionActionKind, SanctionMeasure } from '../db/generated/prisma/enums.ts'
import type { FuzzyDate } from '../domain/date.ts'
import type { Identifier } from '../domain/identifier.ts'
import { type CitationWrite, citationWrites, saveCitations, saveCitationsOfChildren } from './citation.ts'
import { dateColumnNames, dateColumns } from './date.ts'
import { type Find, optional } from './find.ts'
import { saveIdentifiers } from './identifier.ts'
import {
  type ChildTable,
  idsOfChildren,
  type Patch,
  recordChanged,
  type Saved,
  saveChildren,
  saveRows,
  type Transaction,
} from './rows.ts'
import type { GivenSanction } from './rules/sanction.ts'

export interface SanctionWrite {
  readonly id: string
  readonly identifiers: readonly Identifier[]
  readonly retractedAt?: string | null
  readonly slug: string
  readonly title: string
  readonly program?: string | null
  readonly authorityId: string
  readonly measures?: readonly SanctionMeasure[]
  readonly sector?: string | null
  readonly reason?: string | null
  readonly partOfId?: string | null
  /** All events for which it was imposed. */
  readonly reasonIds?: readonly string[]
  /** All on whom it lies. */
  readonly targets?: readonly TargetWrite[]
  /** All its actions. */
  readonly actions?: readonly ActionWrite[]
  readonly citations?: readonly CitationWrite[]
}

interface TargetWrite {
  readonly actorId: string
  readonly listingId?: string | null
  readonly listed?: FuzzyDate | null
  readonly delisted?: FuzzyDate | null
  /** All lists that had it, each with the day of its last snapshot that did. */
  readonly sightings?: readonly { readonly list: string; readonly seenOn: string }[]
}

interface ActionWrite {
  readonly kind: SanctionActionKind
  readonly date: FuzzyDate
  readonly eventId?: string | null
  /** Place in `targets` of the one that it concerns. */
  readonly target?: number | null
  readonly certainty: Certainty
  readonly legalRef?: string | null
  readonly citations?: readonly CitationWrite[]
}

/** What is given of a sanction, with ids in the place of references. */
export function sanctionWrite(given: Partial<GivenSanction>, find: Find): Partial<SanctionWrite> {
  const { authority, partOf, reasons, targets, actions, citations, ...rest } = given
  return {
    ...rest,
    authorityId: authority === undefined ? undefined : find('actor', authority),
    partOfId: optional(partOf, (key) => find('sanction', key)),
    reasonIds: reasons?.map((key) => find('event', key)),
    targets: targets?.map(({ actor, ...target }) => ({ ...target, actorId: find('actor', actor) })),
    actions: actions?.map(({ event, citations, ...action }) => ({
      ...action,
      eventId: optional(event, (key) => find('event', key)),
      citations: citationWrites(citations, find),
    })),
    citations: citationWrites(citations, find),
  }
}

const sanctionTable = {
  name: 'Sanction',
  id: 'id',
  columns: ['retractedAt', 'slug', 'title', 'program', 'authorityId', 'measures', 'sector', 'reason', 'partOfId'],
  blank: { measures: [] },
}
const reasonTable: ChildTable = {
  name: 'SanctionReason',
  parent: 'sanctionId',
  key: ['eventId'],
  rest: [],
  hasId: false,
  rules: 'all',
}
export const targetTable: ChildTable = {
  name: 'SanctionTarget',
  parent: 'sanctionId',
  key: ['actorId', 'listingId'],
  rest: [...dateColumnNames('listed'), ...dateColumnNames('delisted')],
  hasId: true,
  rules: 'all',
}
const sightingTable: ChildTable = {
  name: 'Sighting',
  parent: 'targetId',
  key: ['list'],
  rest: ['seenOn'],
  hasId: false,
  rules: 'all',
}
export const actionTable: ChildTable = {
  name: 'SanctionAction',
  parent: 'sanctionId',
  key: ['kind', 'dateEarliest', 'dateLatest', 'eventId', 'targetId'],
  rest: ['datePrecision', 'dateText', 'dateBasis', 'certainty', 'legalRef'],
  hasId: true,
  rules: 'all',
}

/** Writes sanctions with their reasons, targets, actions and citations; where each stands, the database derives. */
export async function saveSanctions(tx: Transaction, sanctions: readonly Patch<SanctionWrite>[]): Promise<Saved> {
  const saved = await saveRows(
    tx,
    sanctionTable,
    sanctions.map(({ identifiers, reasonIds, targets, actions, citations, ...columns }) => columns),
  )
  recordChanged(saved, await saveIdentifiers(tx, 'sanction', sanctions))
  recordChanged(saved, await saveReasons(tx, sanctions))
  recordChanged(saved, await saveTargetsAndActions(tx, sanctions))
  const cited = new Map(sanctions.map(({ id, citations }) => [id, citations]))
  recordChanged(saved, await saveCitations(tx, 'sanctionId', cited))
  return saved
}

function saveReasons(tx: Transaction, sanctions: readonly Patch<SanctionWrite>[]): Promise<Set<string>> {
  const listing = sanctions.filter(({ reasonIds }) => reasonIds)
  const rows = listing.flatMap(({ id: sanctionId, reasonIds = [] }) =>
    reasonIds.map((eventId) => ({ sanctionId, eventId })),
  )
  return saveChildren(
    tx,
    reasonTable,
    listing.map(({ id }) => id),
    rows,
  )
}

async function saveTargetsAndActions(
  tx: Transaction,
  sanctions: readonly Patch<SanctionWrite>[],
): Promise<Set<string>> {
  const listing = sanctions.filter(({ targets }) => targets)
  const targets = listing.flatMap(({ id: sanctionId, targets = [] }) =>
    targets.map(({ listed, delisted, sightings, ...target }, index) => ({
      ...target,
      ...dateColumns('listed', listed),
      ...dateColumns('delisted', delisted),
      place: index,
      id: v7(),
      sanctionId,
    })),
  )
  const touched = await saveChildren(
    tx,
    targetTable,
    listing.map(({ id }) => id),
    targets,
  )
  const stored = await idsOfChildren(tx, targetTable, targets)
  const targetIds = new Map(
    targets.map(({ sanctionId, place: index, id }) => [`${sanctionId} ${index}`, stored.get(id)]),
  )
  const seen = await saveSightings(tx, listing, targetIds)

  const acting = sanctions.filter(({ actions }) => actions)
  const actions = acting.flatMap(({ id: sanctionId, actions = [] }) =>
    actions.map(({ date, target, ...action }) => ({
      ...action,
      ...dateColumns('date', date),
      targetId: target == null ? null : targetIds.get(`${sanctionId} ${target}`),
      id: v7(),
      sanctionId,
    })),
  )
  const acted = await saveChildren(
    tx,
    actionTable,
    acting.map(({ id }) => id),
    actions,
  )
  const owners = new Map(actions.map(({ id, sanctionId }) => [id, sanctionId]))
  const cited = await saveCitationsOfChildren(tx, 'sanctionActionId', actionTable, actions, owners)
  return new Set([...touched, ...seen, ...acted, ...cited])
}

/** Given the ids of targets by their sanction and place; tells whose targets' sightings changed. */
async function saveSightings(
  tx: Transaction,
  sanctions: readonly Patch<SanctionWrite>[],
  targetIds: ReadonlyMap<string, string | undefined>,
): Promise<string[]> {
  const owners = new Map<string, string>()
  const rows = sanctions.flatMap(({ id, targets = [] }) =>
    targets.flatMap(({ sightings }, index) => {
      const targetId = targetIds.get(`${id} ${index}`)
      if (!targetId || !sightings) return []
      owners.set(targetId, id)
      return sightings.map((sighting) => ({ ...sighting, targetId }))
    }),
  )
  const touched = await saveChildren(tx, sightingTable, [...owners.keys()], rows)
  return [...touched].flatMap((id) => owners.get(id) ?? [])
}

/** Brings the status of sanctions up to date whose actions have come due since a day: time passes without a write. */
export async function refreshDueSanctions(since: Date): Promise<void> {
  await db.$executeRaw`SELECT refresh_due_sanction_states(${since}::date)`
}
