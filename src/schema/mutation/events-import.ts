// The mutation `eventsImport`: creates many events in one call.
import { db } from '../../db/client.ts'
import { Invalid } from '../../domain/mutation-error.ts'
import { type EventResult, importEvents, MAX_EVENTS } from '../../store/edit/events-import.ts'
import { builder } from '../builder.ts'
import { Event } from '../event.ts'
import { commonErrors, ValidationError } from './error.ts'
import { EventCreateInput } from './event.ts'
import {
  idempotencyKeyDescription,
  requireScope,
  resultUnion,
  runMutation,
  toJsonInput,
  withScopeDescription,
} from './mutation.ts'
import { logFields, type MutationResult } from './payload.ts'

const EventImported = builder.objectRef<{ event: string }>('EventImported').implement({
  description: 'An event that was created.',
  fields: (t) => ({
    event: t.prismaField({
      type: Event,
      description: 'The event in its current state.',
      resolve: (query, { event }) => db.event.findUniqueOrThrow({ ...query, where: { id: event } }),
    }),
  }),
})

const EventImportResult = builder.unionType('EventImportResult', {
  description: 'The result for one event: the created event, or its error.',
  types: [EventImported, ValidationError],
  resolveType: (one) => ('event' in one ? 'EventImported' : 'ValidationError'),
})

const EventsImportSuccess = builder
  .objectRef<MutationResult<{ results: EventResult[] }>>('EventsImportSuccess')
  .implement({
    description: 'Result of a successful `eventsImport`.',
    fields: (t) => ({
      results: t.field({
        type: [EventImportResult],
        description: 'The result for each event, in the order of the input.',
        resolve: ({ answer }) =>
          answer.results.map((one) => ('event' in one ? one : { ...one, message: new Invalid(one.issues).message })),
      }),
      ...logFields(t),
    }),
  })

const scope = 'import'

builder.mutationField('eventsImport', (t) =>
  t.field({
    type: resultUnion('EventsImport', [EventsImportSuccess, ...commonErrors]),
    description: withScopeDescription(
      `Creates up to ${MAX_EVENTS} events in one transaction and returns a result for each. An invalid event does not affect the others, unless \`atomic\` is true.`,
      scope,
    ),
    args: {
      input: t.arg({ type: [EventCreateInput], required: true, description: 'The events to create.' }),
      atomic: t.arg.boolean({
        required: true,
        defaultValue: false,
        description: 'True: if one event is invalid, no event is created. Default: false.',
      }),
      idempotencyKey: t.arg.string({ description: idempotencyKeyDescription }),
    },
    ...requireScope(scope),
    resolve: (_root, { input, atomic, idempotencyKey }, { viewer }) => {
      const events = input.map(toJsonInput)
      const request = { viewer, mutation: 'eventsImport', input: { atomic, events }, idempotencyKey }
      return runMutation('EventsImportSuccess', request, (tx) => importEvents(tx, events, atomic))
    },
  }),
)
