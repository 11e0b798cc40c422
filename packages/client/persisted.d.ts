import type { DocumentNode } from 'graphql'

/**
 * Returns the SHA-256 hash of a text in UTF-8: 64 hex digits in lower case. It is the id of a document in a manifest, and fits the option
 * `sha256` of Apollo's `PersistedQueryLink` and `generateHash` of urql's `persistedExchange`. In a browser, it requires a secure context.
 */
export function sha256(text: string): Promise<string>

export interface ManifestOptions {
  /**
   * Whether `__typename` is added to each selection set except those of operations, as Apollo Client and the caches of urql do.
   * Default: true.
   */
  addTypename?: boolean
}

/**
 * Returns the texts of documents by their ids. Write it as JSON to the file of the setting `PERSISTED_DOCUMENTS`. Requires `graphql`.
 * Rejects with a GraphQLError if the syntax of a document is wrong, and with a TypeError if a document does not have exactly one operation.
 */
export function createManifest(
  documents: Iterable<string | DocumentNode>,
  options?: ManifestOptions,
): Promise<Record<string, string>>
