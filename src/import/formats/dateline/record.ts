import { z } from 'zod'
import { actor } from './record/actor.ts'
import { event } from './record/event.ts'
import { relationship } from './record/relationship.ts'
import { sanction } from './record/sanction.ts'
import { source } from './record/source.ts'

// A record contains an actor, event, sanction, source or relationship with all its parts. A missing field is not changed;
// null removes its value. A list replaces the stored one, except that names and identifiers are added to the stored ones,
// and citations replace only those of the same sources.

export const recordSchema = z.discriminatedUnion('record', [source, actor, relationship, event, sanction], {
  error: 'must be one of SOURCE, ACTOR, RELATIONSHIP, EVENT and SANCTION, named in the field "record"',
})

export type DatelineRecord = z.infer<typeof recordSchema>
export type RecordOf<R extends DatelineRecord['record']> = Extract<DatelineRecord, { record: R }>
