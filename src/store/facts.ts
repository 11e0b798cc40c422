import { type ActorFacts, saveActors } from './actor.ts'
import { saveDetentions } from './detention.ts'
import { type EventFacts, saveEvents } from './event.ts'
import { type RelationshipFacts, saveRelationships } from './relationship.ts'
import { noteChanged, type Patch, type Saved, type Transaction } from './rows.ts'
import { type SanctionFacts, saveSanctions } from './sanction.ts'
import { type SourceFacts, saveSources } from './source.ts'

/** Facts of every kind that are written together and may refer to each other by id. */
export interface Facts {
  readonly source: readonly Patch<SourceFacts>[]
  readonly actor: readonly Patch<ActorFacts>[]
  readonly event: readonly Patch<EventFacts>[]
  readonly relationship: readonly RelationshipFacts[]
  readonly sanction: readonly Patch<SanctionFacts>[]
}

/** Writes all the facts, set-wise and in an order that has each reference's row in place; a version rises once at most. */
export async function saveFacts(tx: Transaction, facts: Facts): Promise<Saved> {
  const sources = await saveSources(tx, facts.source)
  const actors = await saveActors(tx, facts.actor)
  const events = await saveEvents(tx, facts.event)
  noteChanged(actors, await saveDetentions(tx, facts.actor))
  const relationships = await saveRelationships(tx, facts.relationship)
  const sanctions = await saveSanctions(tx, facts.sanction)
  const all = [sources, actors, events, relationships, sanctions]
  return {
    created: new Set(all.flatMap(({ created }) => [...created])),
    changed: new Set(all.flatMap(({ changed }) => [...changed])),
  }
}
