// @ts-check
// Ids of persisted documents, and the file of them that the service reads.
import { Kind, parse, print, visit } from 'graphql'

/** @type {typeof import('./persisted.d.ts').sha256} */
export async function sha256(text) {
  const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))
  return Array.from(new Uint8Array(hash), (byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** @type {import('graphql').FieldNode} */
const typename = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } }

/**
 * Adds `__typename` to each selection set except those of operations.
 * @param {import('graphql').DocumentNode} document
 * @returns {import('graphql').DocumentNode}
 */
const withTypenames = (document) =>
  visit(document, {
    SelectionSet(node, _key, parent) {
      if (parent && 'kind' in parent && parent.kind === Kind.OPERATION_DEFINITION) return undefined
      const has = node.selections.some(
        (each) => each.kind === Kind.FIELD && each.name.value === '__typename' && !each.alias,
      )
      return has ? undefined : { ...node, selections: [...node.selections, typename] }
    },
  })

/** @type {typeof import('./persisted.d.ts').createManifest} */
export async function createManifest(documents, { addTypename = true } = {}) {
  /** @type {Record<string, string>} */
  const manifest = {}
  for (const each of documents) {
    const document = typeof each === 'string' ? parse(each) : each
    const operations = document.definitions.filter(({ kind }) => kind === Kind.OPERATION_DEFINITION)
    if (operations.length !== 1)
      throw new TypeError(
        `A persisted document has exactly one operation, and this one has ${operations.length}: pass each operation with its fragments as a document.\n${print(document)}`,
      )
    const text = print(addTypename ? withTypenames(document) : document)
    manifest[await sha256(text)] = text
  }
  return manifest
}
