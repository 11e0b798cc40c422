import { readFile } from 'node:fs/promises'
import { type DocumentNode, type GraphQLSchema, parse, validate } from 'graphql'
import { z } from 'zod'

interface PersistedDocument {
  text: string
  document: DocumentNode
}

/** The documents that frontends were built with, by id. */
export type PersistedDocuments = ReadonlyMap<string, PersistedDocument>

const manifest = z.record(z.string(), z.string(), 'must be a JSON object that maps ids to documents')

/**
 * Reads a manifest of persisted documents, as written by graphql-codegen or relay-compiler. Throws one error with a sentence for
 * each invalid document.
 */
export async function readPersistedDocuments(file: string, schema: GraphQLSchema): Promise<PersistedDocuments> {
  const texts = await readManifest(file)
  const mistakes: string[] = []
  const documents = new Map<string, PersistedDocument>()
  for (const [id, text] of Object.entries(texts)) {
    try {
      const document = parse(text)
      const [error] = validate(schema, document)
      if (error) throw error
      documents.set(id, { text, document })
    } catch (error) {
      mistakes.push(
        `The document ${id} in ${file} is not valid for this schema: ${error instanceof Error ? error.message : error}`,
      )
    }
  }
  if (mistakes.length) throw new Error(mistakes.join('\n'))
  return documents
}

async function readManifest(file: string): Promise<Record<string, string>> {
  try {
    return manifest.parse(JSON.parse(await readFile(file, 'utf8')))
  } catch (cause) {
    const why = cause instanceof z.ZodError ? cause.issues[0]?.message : cause instanceof Error ? cause.message : cause
    throw new Error(`The file of PERSISTED_DOCUMENTS, ${file}, cannot be used: ${why}.`, { cause })
  }
}

/** The parameters in which clients send the id of a persisted document: the specification's, then those of Relay's examples. */
const idNames = ['documentId', 'doc_id', 'id'] as const

/** Returns the id of a persisted document in the parameters of a request, in the format of the specification, Relay or Apollo. */
export function documentIdIn(params: object): string | undefined {
  const values = params as Record<string, unknown>
  for (const name of idNames) if (typeof values[name] === 'string') return values[name]
  const { persistedQuery } = (values.extensions ?? {}) as { persistedQuery?: { sha256Hash?: unknown } }
  return typeof persistedQuery?.sha256Hash === 'string' ? persistedQuery.sha256Hash : undefined
}
