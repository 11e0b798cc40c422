import { readFile } from 'node:fs/promises'
import { type DocumentNode, type GraphQLSchema, parse, stripIgnoredCharacters, validate } from 'graphql'
import { z } from 'zod'

interface PersistedDocument {
  text: string
  document: DocumentNode
}

/** The documents that frontends were built with, by their ids without the prefix "sha256:". */
export type PersistedDocuments = ReadonlyMap<string, PersistedDocument>

/** As graphql-codegen and relay-compiler write it. */
const idsWithTexts = z
  .record(z.string(), z.string(), 'must be a JSON object that maps ids to documents')
  .transform((texts) => Object.entries(texts))

/** As Apollo's generate-persisted-query-manifest writes it. */
const apolloManifest = z
  .object({
    format: z.literal('apollo-persisted-query-manifest'),
    version: z.literal(1, 'has a version of the manifest of Apollo that is not 1'),
    operations: z.array(z.object({ id: z.string(), body: z.string() }), 'has no list of operations'),
  })
  .transform(({ operations }) => operations.map(({ id, body }): [string, string] => [id, body]))

/**
 * Reads a manifest of persisted documents, as written by graphql-codegen, by relay-compiler or by Apollo's
 * generate-persisted-query-manifest. Throws one error with a sentence for each invalid document.
 */
export async function readPersistedDocuments(file: string, schema: GraphQLSchema): Promise<PersistedDocuments> {
  const texts = await readManifest(file)
  const mistakes: string[] = []
  const documents = new Map<string, PersistedDocument>()
  for (const [id, text] of texts) {
    try {
      const document = parse(text)
      const [error] = validate(schema, document)
      if (error) throw error
      const other = documents.get(plainId(id))
      if (other && other.text !== text) throw new Error('another document has this id.')
      documents.set(plainId(id), { text, document })
    } catch (error) {
      mistakes.push(
        `The document ${id} in ${file} is not valid for this schema: ${error instanceof Error ? error.message : error}`,
      )
    }
  }
  if (mistakes.length) throw new Error(mistakes.join('\n'))
  return documents
}

/** Returns the ids and texts of a manifest. */
async function readManifest(file: string): Promise<[id: string, text: string][]> {
  try {
    const content = JSON.parse(await readFile(file, 'utf8'))
    return (isOfApollo(content) ? apolloManifest : idsWithTexts).parse(content)
  } catch (cause) {
    const why = cause instanceof z.ZodError ? cause.issues[0]?.message : cause instanceof Error ? cause.message : cause
    throw new Error(`The file of PERSISTED_DOCUMENTS, ${file}, cannot be used: ${why}.`, { cause })
  }
}

const isOfApollo = (content: unknown): boolean =>
  (content as { format?: unknown } | null)?.format === 'apollo-persisted-query-manifest'

/** Returns an id without the prefix with which the specification marks a hash. */
const plainId = (id: string): string => id.replace(/^sha256:/, '')

/** The parameters in which clients send the id of a persisted document: the specification's, then those of Relay's examples. */
const idNames = ['documentId', 'doc_id', 'id'] as const

/**
 * Returns the id of a persisted document in the parameters of a request, in the format of the specification, Relay or Apollo, without
 * the prefix "sha256:".
 */
export function documentIdIn(params: object): string | undefined {
  const values = params as Record<string, unknown>
  for (const name of idNames) if (typeof values[name] === 'string') return plainId(values[name])
  const { persistedQuery } = (values.extensions ?? {}) as { persistedQuery?: { sha256Hash?: unknown } }
  return typeof persistedQuery?.sha256Hash === 'string' ? plainId(persistedQuery.sha256Hash) : undefined
}

/** Whether two texts differ at most in white space, commas and comments. */
export function isSameText(text: string, other: string): boolean {
  if (text === other) return true
  // A longer text cannot be that of a client, and would take time to compare.
  if (text.length > 2 * other.length + 1000) return false
  try {
    return stripIgnoredCharacters(text) === stripIgnoredCharacters(other)
  } catch {
    return false
  }
}
