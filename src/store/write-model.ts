import { type ActorWrite, saveActors } from './actor.ts'
import { saveDetentions } from './detention.ts'
import { type EventWrite, saveEvents } from './event.ts'
import { type RelationshipWrite, saveRelationships } from './relationship.ts'
import { type Patch, recordChanged, type Saved, type Transaction } from './rows.ts'
import { type SanctionWrite, saveSanctions } from './sanction.ts'
import { type SourceWrite, saveSources } from './source.ts'

/** Records of all types that are written together. They may refer to each other by id. */
export interface WriteModel {
  readonly source: readonly Patch<SourceWrite>[]
  readonly actor: readonly Patch<ActorWrite>[]
  readonly event: readonly Patch<EventWrite>[]
  readonly relationship: readonly RelationshipWrite[]
  readonly sanction: readonly Patch<SanctionWrite>[]
}

/**
 * Writes all records, each type in a constant number of statements, and in an order in which referenced rows exist. The
 * version of a record rises by at most one.
 */
export async function saveWriteModel(tx: Transaction, writes: WriteModel): Promise<Saved> {
  const sources = await saveSources(tx, writes.source)
  const actors = await saveActors(tx, writes.actor)
  const events = await saveEvents(tx, writes.event)
  recordChanged(actors, await saveDetentions(tx, writes.actor))
  const relationships = await saveRelationships(tx, writes.relationship)
  const sanctions = await saveSanctions(tx, writes.sanction)
  const all = [sources, actors, events, relationships, sanctions]
  return {
    created: new Set(all.flatMap(({ created }) => [...created])),
    changed: new Set(all.flatMap(({ changed }) => [...changed])),
  }
}
