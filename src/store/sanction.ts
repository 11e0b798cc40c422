import { v7 } from 'uuid'
import { db } from '../db/client.ts'
import type { Certainty, SanctionActionKind, SanctionMeasure } from '../db/generated/prisma/enums.ts'
import type { FuzzyDate } from '../domain/date.ts'
import type { Identifier } from '../domain/identifier.ts'
import { type CitationWrite, citationWrites, saveCitations, saveCitationsOfChildren } from './citation.ts'
import { dateColumnNames, dateColumns } from './date.ts'
import { type DisputedValueWrite, disputedValueWrites, saveDisputedValues } from './disputed-value.ts'
import { type FindId, optional } from './find-id.ts'
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
import type { SanctionInput } from './rules/sanction.ts'

/** A sanction to insert or update, with its parts. Parts that are undefined are not changed. */
export interface SanctionWrite {
  readonly id: string
  readonly identifiers: readonly Identifier[]
  /** Of a new sanction. Default: now. */
  readonly createdAt?: string
  readonly retractedAt?: string | null
  readonly slug: string
  readonly title: string
  readonly program?: string | null
  readonly authorityId: string
  readonly measures?: readonly SanctionMeasure[]
  readonly sector?: string | null
  readonly reason?: string | null
  readonly partOfId?: string | null
  /** The complete list of the events for which the sanction was imposed. */
  readonly reasonIds?: readonly string[]
  /** The complete list of targets. */
  readonly targets?: readonly TargetWrite[]
  /** The complete list of actions. */
  readonly actions?: readonly ActionWrite[]
  /** The complete list of licences. */
  readonly licences?: readonly LicenceWrite[]
  readonly citations?: readonly CitationWrite[]
}

interface TargetWrite {
  readonly actorId: string
  readonly listingId?: string | null
  readonly listed?: FuzzyDate | null
  readonly delisted?: FuzzyDate | null
  /** The lists that contained the target. */
  readonly sightings?: readonly Sighting[]
  readonly disputedValues?: readonly DisputedValueWrite[]
  readonly citations?: readonly CitationWrite[]
}

/** Days of snapshots of a list: the last one before the first that contains the target, the first one, and the last one. */
interface Sighting {
  readonly list: string
  readonly absentOn?: string | null
  readonly firstSeenOn?: string | null
  readonly seenOn: string
}

interface ActionWrite {
  readonly kind: SanctionActionKind
  readonly date: FuzzyDate
  readonly eventId?: string | null
  /** The index in `targets` of the target that the action concerns. */
  readonly target?: number | null
  readonly certainty: Certainty
  readonly legalRef?: string | null
  readonly citations?: readonly CitationWrite[]
}

interface LicenceWrite {
  readonly authorityId: string
  /** The index in `targets` of the target that the licence concerns. */
  readonly target?: number | null
  readonly title: string
  readonly scope: string
  readonly from?: FuzzyDate | null
  readonly to?: FuzzyDate | null
  readonly extended?: FuzzyDate | null
  readonly revoked?: FuzzyDate | null
  readonly certainty: Certainty
  readonly citations?: readonly CitationWrite[]
}

/** Replaces the references of a sanction by ids. */
export function sanctionWrite(input: Partial<SanctionInput>, findId: FindId): Partial<SanctionWrite> {
  const { authority, partOf, reasons, targets, actions, licences, citations, ...rest } = input
  return {
    ...rest,
    authorityId: authority === undefined ? undefined : findId('actor', authority),
    partOfId: optional(partOf, (key) => findId('sanction', key)),
    reasonIds: reasons?.map((key) => findId('event', key)),
    targets: targets?.map(({ actor, disputedValues, citations, ...target }) => ({
      ...target,
      citations: citationWrites(citations, findId),
      ...(disputedValues && { disputedValues: disputedValueWrites(disputedValues, findId) }),
      actorId: findId('actor', actor),
    })),
    actions: actions?.map(({ event, citations, ...action }) => ({
      ...action,
      eventId: optional(event, (key) => findId('event', key)),
      citations: citationWrites(citations, findId),
    })),
    licences: licences?.map(({ authority, citations, ...licence }) => ({
      ...licence,
      authorityId: findId('actor', authority),
      citations: citationWrites(citations, findId),
    })),
    citations: citationWrites(citations, findId),
  }
}

const sanctionTable = {
  name: 'Sanction',
  id: 'id',
  columns: ['retractedAt', 'slug', 'title', 'program', 'authorityId', 'measures', 'sector', 'reason', 'partOfId'],
  defaults: { measures: [] },
}
const reasonTable: ChildTable = {
  name: 'SanctionReason',
  parent: 'sanctionId',
  key: ['eventId'],
  rest: [],
  hasId: false,
  deletes: 'all',
}
export const targetTable: ChildTable = {
  name: 'SanctionTarget',
  parent: 'sanctionId',
  key: ['actorId', 'listingId'],
  rest: [...dateColumnNames('listed'), ...dateColumnNames('delisted')],
  hasId: true,
  deletes: 'all',
}
const sightingTable: ChildTable = {
  name: 'Sighting',
  parent: 'targetId',
  key: ['list'],
  rest: ['absentOn', 'firstSeenOn', 'seenOn'],
  hasId: false,
  deletes: 'all',
}
export const actionTable: ChildTable = {
  name: 'SanctionAction',
  parent: 'sanctionId',
  key: ['kind', 'dateEarliest', 'dateLatest', 'eventId', 'targetId'],
  rest: ['datePrecision', 'dateText', 'dateBasis', 'certainty', 'legalRef'],
  hasId: true,
  deletes: 'all',
}

export const licenceTable: ChildTable = {
  name: 'Licence',
  parent: 'sanctionId',
  key: ['title', 'scope', 'fromEarliest', 'fromLatest', 'targetId'],
  rest: [
    'authorityId',
    'fromPrecision',
    'fromText',
    'fromBasis',
    ...['to', 'extended', 'revoked'].flatMap(dateColumnNames),
    'certainty',
  ],
  hasId: true,
  deletes: 'all',
}

/** Inserts or updates sanctions with their reasons, targets, actions, licences and citations. The database computes their status. */
export async function saveSanctions(tx: Transaction, sanctions: readonly Patch<SanctionWrite>[]): Promise<Saved> {
  const saved = await saveRows(
    tx,
    sanctionTable,
    sanctions.map(({ identifiers, reasonIds, targets, actions, licences, citations, ...columns }) => columns),
  )
  recordChanged(saved, await saveIdentifiers(tx, 'sanction', sanctions))
  recordChanged(saved, await saveReasons(tx, sanctions))
  recordChanged(saved, await saveTargetsAndActions(tx, sanctions))
  const cited = new Map(sanctions.map(({ id, citations }) => [id, citations]))
  recordChanged(saved, await saveCitations(tx, 'sanctionId', cited))
  return saved
}

function saveReasons(tx: Transaction, sanctions: readonly Patch<SanctionWrite>[]): Promise<Set<string>> {
  const owners = sanctions.filter(({ reasonIds }) => reasonIds)
  const rows = owners.flatMap(({ id: sanctionId, reasonIds = [] }) =>
    reasonIds.map((eventId) => ({ sanctionId, eventId })),
  )
  return saveChildren(
    tx,
    reasonTable,
    owners.map(({ id }) => id),
    rows,
  )
}

async function saveTargetsAndActions(
  tx: Transaction,
  sanctions: readonly Patch<SanctionWrite>[],
): Promise<Set<string>> {
  const withTargets = sanctions.filter(({ targets }) => targets)
  const targets = withTargets.flatMap(({ id: sanctionId, targets = [] }) =>
    targets.map(({ listed, delisted, sightings, disputedValues, ...target }, index) => ({
      ...target,
      ...dateColumns('listed', listed),
      ...dateColumns('delisted', delisted),
      index,
      id: v7(),
      sanctionId,
    })),
  )
  const touched = await saveChildren(
    tx,
    targetTable,
    withTargets.map(({ id }) => id),
    targets,
  )
  const stored = await idsOfChildren(tx, targetTable, targets)
  const targetIds = new Map(targets.map(({ sanctionId, index, id }) => [`${sanctionId} ${index}`, stored.get(id)]))
  const seen = await saveSightings(tx, withTargets, targetIds)
  const disputed = withTargets.flatMap(({ id: sanctionId, targets = [] }) =>
    targets.flatMap(({ disputedValues }, index) =>
      disputedValues ? [{ id: targetIds.get(`${sanctionId} ${index}`) ?? '', sanctionId, disputedValues }] : [],
    ),
  )
  const ownerOf = new Map(targets.map(({ id, sanctionId }) => [id, sanctionId]))
  for (const id of await saveCitationsOfChildren(tx, 'targetId', targetTable, targets, ownerOf)) touched.add(id)
  const sanctionOf = new Map(disputed.map(({ id, sanctionId }) => [id, sanctionId]))
  for (const id of await saveDisputedValues(tx, 'targetId', disputed)) touched.add(sanctionOf.get(id) ?? id)

  const withActions = sanctions.filter(({ actions }) => actions)
  const actions = withActions.flatMap(({ id: sanctionId, actions = [] }) =>
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
    withActions.map(({ id }) => id),
    actions,
  )
  const owners = new Map(actions.map(({ id, sanctionId }) => [id, sanctionId]))
  const cited = await saveCitationsOfChildren(tx, 'sanctionActionId', actionTable, actions, owners)
  const licensed = await saveLicences(tx, sanctions, targetIds)
  return new Set([...touched, ...seen, ...acted, ...cited, ...licensed])
}

/** Saves the licences of sanctions. `targetIds` has the targets' ids by "sanctionId index". Returns the ids of the changed sanctions. */
async function saveLicences(
  tx: Transaction,
  sanctions: readonly Patch<SanctionWrite>[],
  targetIds: ReadonlyMap<string, string | undefined>,
): Promise<Set<string>> {
  const withLicences = sanctions.filter(({ licences }) => licences)
  const licences = withLicences.flatMap(({ id: sanctionId, licences = [] }) =>
    licences.map(({ from, to, extended, revoked, target, ...licence }) => ({
      ...licence,
      ...dateColumns('from', from),
      ...dateColumns('to', to),
      ...dateColumns('extended', extended),
      ...dateColumns('revoked', revoked),
      targetId: target == null ? null : targetIds.get(`${sanctionId} ${target}`),
      id: v7(),
      sanctionId,
    })),
  )
  const owners = new Map(licences.map(({ id, sanctionId }) => [id, sanctionId]))
  const saved = await saveChildren(
    tx,
    licenceTable,
    withLicences.map(({ id }) => id),
    licences,
  )
  const cited = await saveCitationsOfChildren(tx, 'licenceId', licenceTable, licences, owners)
  return new Set([...saved, ...cited])
}

/**
 * Saves the sightings of targets. `targetIds` has the targets' ids by "sanctionId index". Returns the ids of the sanctions
 * whose sightings changed.
 */
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

/** Updates the status of the sanctions that have actions dated between `since` and today. */
export async function refreshDueSanctions(since: Date): Promise<void> {
  await db.$executeRaw`SELECT refresh_due_sanction_states(${since}::date)`
}
