// The complete schema. The file of each concept declares its types and fields when it is imported.
import './asset.ts'
import './bilateral.ts'
import './birth-claim.ts'
import './change.ts'
import './citation.ts'
import './disputed-value.ts'
import './event-facet.ts'
import './group.ts'
import './merge-candidate.ts'
import './mutation/actor.ts'
import './mutation/citation.ts'
import './mutation/detention.ts'
import './mutation/disputed-value.ts'
import './mutation/erasure.ts'
import './mutation/event.ts'
import './mutation/events-import.ts'
import './mutation/identifier.ts'
import './mutation/merge-preview.ts'
import './mutation/relationship.ts'
import './mutation/sanction.ts'
import './mutation/source.ts'
import './organization.ts'
import './participant.ts'
import './restriction.ts'
import './scalar.ts'
import './subscription.ts'
import { assertValidSchema } from 'graphql'
import { builder } from './builder.ts'

builder.queryType({ description: 'Read operations.' })

export const schema = builder.toSchema()
assertValidSchema(schema)
