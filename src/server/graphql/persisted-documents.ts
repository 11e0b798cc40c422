import { readFile } from 'node:fs/promises'
import { type DocumentNode, type GraphQLSchema, parse, validate } from 'graphql'
import { z } from 'zod'

interface PersistedDocument {
  text: string
  document: DocumentNode
}

/** The documents that the frontends were built with, by the ids that they send. */
export type PersistedDocuments = ReadonlyMap<string, PersistedDocument>

const manifest = z.record(z.string(), z.string(), 'must be a JSON object that maps ids to documents')

/** Reads what graphql-codegen and relay-compiler write; throws one error with a sentence for each document that is wrong. */
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

/** The names under which clients send the id of a persisted document: the specification's, and those of Relay's examples. */
const idNames = ['documentId', 'doc_id', 'id'] as const

/** The id of a persisted document among the parameters of a request, in the shapes of the specification, Relay and Apollo. */
export function documentIdIn(params: object): string | undefined {
  const given = params as Record<string, unknown>
  for (const name of idNames) if (typeof given[name] === 'string') return given[name]
  const { persistedQuery } = (given.extensions ?? {}) as { persistedQuery?: { sha256Hash?: unknown } }
  return typeof persistedQuery?.sha256Hash === 'string' ? persistedQuery.sha256Hash : undefined
}
