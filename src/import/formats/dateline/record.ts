import { z } from 'zod'
import { actor } from './record/actor.ts'
import { event } from './record/event.ts'
import { relationship } from './record/relationship.ts'
import { sanction } from './record/sanction.ts'
import { source } from './record/source.ts'

// One record is one thing with all that belongs to it. What is left out stays as it is; null empties it. A list is the
// whole list, but names and identifiers are added to those that are there, and citations replace those of the same source.

export const recordSchema = z.discriminatedUnion('record', [source, actor, relationship, event, sanction], {
  error: 'must be one of SOURCE, ACTOR, RELATIONSHIP, EVENT and SANCTION, named in the field "record"',
})

export type DatelineRecord = z.infer<typeof recordSchema>
export type RecordOf<R extends DatelineRecord['record']> = Extract<DatelineRecord, { record: R }>
