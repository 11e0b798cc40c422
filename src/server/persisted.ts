import { readFile } from 'node:fs/promises'
import { usePersistedOperations } from '@graphql-yoga/plugin-persisted-operations'
import { type DocumentNode, type GraphQLSchema, parse, validate } from 'graphql'
import type { Plugin } from 'graphql-yoga'
import { z } from 'zod'

/** The documents that the frontends were built with, by the ids that they send in their place. */
export type PersistedDocuments = ReadonlyMap<string, DocumentNode>

const manifest = z.record(z.string(), z.string(), 'has to be a JSON object that maps ids to documents')

/** Reads what graphql-codegen and relay-compiler write; throws one error with a sentence for each document that is wrong. */
export async function readPersistedDocuments(file: string, schema: GraphQLSchema): Promise<PersistedDocuments> {
  const texts = await readManifest(file)
  const mistakes: string[] = []
  const documents = new Map<string, DocumentNode>()
  for (const [id, text] of Object.entries(texts)) {
    try {
      const document = parse(text)
      const [error] = validate(schema, document)
      if (error) throw error
      documents.set(id, document)
    } catch (error) {
      mistakes.push(
        `The document ${id} in ${file} is not one of this API: ${error instanceof Error ? error.message : error}`,
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

/** Takes an id in a document's place; with `only`, nothing but ids. */
export const usePersisted = (documents: PersistedDocuments, only: boolean): Plugin =>
  usePersistedOperations({
    allowArbitraryOperations: !only,
    skipDocumentValidation: true,
    extractPersistedOperationId: (params, request) => idIn(params) ?? idIn(fromAddress(request.url)),
    getPersistedOperation: (id) => documents.get(id) ?? null,
    customErrors: {
      notFound: refusal(
        'PERSISTED_QUERY_NOT_IN_LIST',
        'There is no persisted document of this id: build and deploy it first.',
      ),
      keyNotFound: refusal('PERSISTED_QUERY_ID_REQUIRED', 'Pass the id of a persisted document as documentId.'),
      persistedQueryOnly: refusal(
        'PERSISTED_QUERY_ONLY',
        'This service answers persisted documents alone: pass the id of one as documentId, and no query.',
      ),
    },
  })

const refusal = (code: string, message: string) => ({ message, extensions: { code, http: { status: 400 } } })

const sent = z.object({
  documentId: z.string().optional(),
  extensions: z.object({ persistedQuery: z.object({ sha256Hash: z.string() }).optional() }).nullish(),
})

/** As the GraphQL-over-HTTP specification names it, or as Apollo's clients do. */
function idIn(params: unknown): string | null {
  const { data } = sent.safeParse(params)
  return data?.documentId ?? data?.extensions?.persistedQuery?.sha256Hash ?? null
}

const fromAddress = (url: string) => ({ documentId: new URL(url).searchParams.get('documentId') ?? undefined })
