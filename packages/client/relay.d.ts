import type { MissingFieldHandler } from 'relay-runtime'

/**
 * Handlers for `missingFieldHandlers` of the environment of Relay 21. With them, `node(id:)`, `nodes(ids:)`, and fields such as
 * `event(by: { id: … })` find records that are in the store without a request.
 */
export const missingFieldHandlers: MissingFieldHandler[]
