// The whole schema: each concept's file declares its types and queries when it is imported.
import './asset.ts'
import './change.ts'
import './citation.ts'
import './event-create.ts'
import './group.ts'
import './organization.ts'
import './participant.ts'
import './scalar.ts'
import './subscription.ts'
import { assertValidSchema } from 'graphql'
import { builder } from './builder.ts'

builder.queryType({ description: 'What can be read.' })

export const schema = builder.toSchema()
assertValidSchema(schema)
