// @ts-check
// Options of the environment of Relay: where a record that the store has is found under another field.
import { recordsByKey } from './generated/types.js'

/**
 * @typedef {Record<string, any> | null | undefined} Arguments
 * @typedef {{ name: string }} Field
 * @typedef {{ getType(): string } | null | undefined} Parent
 */

/** @param {Parent} parent */
const isRoot = (parent) => parent?.getType() === '__Root'

/** @type {typeof import('./relay.d.ts').missingFieldHandlers} */
export const missingFieldHandlers = [
  {
    kind: 'linked',
    handle(/** @type {Field} */ field, /** @type {Parent} */ parent, /** @type {Arguments} */ args) {
      if (!isRoot(parent)) return undefined
      if (field.name === 'node') return args?.id
      return Object.hasOwn(recordsByKey, field.name) ? args?.by?.id : undefined
    },
  },
  {
    kind: 'pluralLinked',
    handle: (/** @type {Field} */ field, /** @type {Parent} */ parent, /** @type {Arguments} */ args) =>
      isRoot(parent) && field.name === 'nodes' ? args?.ids : undefined,
  },
]
