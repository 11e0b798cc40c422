import type { IncomingMessage, ServerResponse } from 'node:http'
import type { DocumentNode, ExecutionArgs, ExecutionResult, GraphQLSchema } from 'graphql'
import type { GraphQLParams, Plugin, YogaInitialContext } from 'graphql-yoga'
import { LRUCache } from 'lru-cache'
import type { Logger } from 'pino'
import { reader } from '../db/client.ts'
import { countStatements } from '../db/meter.ts'
import { gather } from '../db/socket.ts'
import { type Execution, PreparedDocuments } from '../plan/prepare.ts'

/** What answering took, as `extensions.cost` says it. */
interface Cost {
  /** Whether the document was answered by one prepared statement, or field by field. */
  path: 'prepared' | 'prisma'
  /** How many SQL statements were sent. */
  statements: number
}

interface PreparedOptions {
  schema: GraphQLSchema
  log: Logger
  prepare: boolean
  /** Documents to prepare at once. */
  persisted?: Iterable<DocumentNode>
}

type Execute = (args: ExecutionArgs) => unknown

/** What Yoga knows of a request that came over HTTP; `body` was read before. */
interface NodeContext {
  req: IncomingMessage & { body?: unknown }
  res: ServerResponse
}

/** The most memory that the documents known by their texts may take, in bytes. */
const KNOWN_BYTES = 32 * 1024 * 1024

/** About what the parsed form of one character of a document takes, in bytes. */
const PARSED_BYTES = 12

/**
 * Answers each document by one prepared statement where it can, inside Yoga, so that all that guards a request still does. A
 * document that was answered so once is known by its text: asked for again it is answered as soon as those who look at
 * requests have let it pass, which is before it would be parsed and validated. Plugins that refuse requests come before
 * this one.
 */
export function usePrepared(options: PreparedOptions): Plugin<YogaInitialContext> {
  const { schema, log, prepare, persisted = [] } = options
  const trusted = new WeakSet<DocumentNode>()
  const known = new LRUCache<string, DocumentNode>({
    maxSize: KNOWN_BYTES,
    sizeCalculation: (_, text) => text.length * PARSED_BYTES,
  })
  /** What was asked for in vain, for want of an answer in words. */
  const failed = new WeakSet<GraphQLParams>()
  const documents = new PreparedDocuments({
    schema,
    onUnplanned: (part, { name }) =>
      log.debug({ operation: name?.value, part }, 'A document cannot be prepared: it is answered field by field.'),
  })

  for (const document of persisted) {
    trusted.add(document)
    if (prepare) documents.prepare(document)
  }

  /** Nothing where the Prisma path has to answer. */
  async function prepared(document: DocumentNode, params: GraphQLParams, method: string) {
    const execution = documents.execution({ ...params, document })
    if (!execution) return undefined
    const text = await textOf(execution)
    if (text === null) {
      failed.add(params)
      return undefined
    }
    if (params.query && !trusted.has(document)) known.set(params.query, document)
    const cost: Cost = { path: 'prepared', statements: 'known' in execution ? 0 : 1 }
    return answerOf(text, isPlain(document, method) ? undefined : { cost })
  }

  /** Null where the statement fails, or finds what should not be: then the answer has to be worded with its path. */
  async function textOf(execution: Execution): Promise<string | null> {
    if ('known' in execution) return execution.known
    try {
      return await reader.read(execution)
    } catch (error) {
      log.warn({ err: error }, 'A prepared statement failed: its document is answered field by field.')
      return null
    }
  }

  async function answer(args: ExecutionArgs, execute: Execute): Promise<unknown> {
    const { request, params } = args.contextValue as YogaInitialContext
    const first = prepare && !failed.has(params) ? await prepared(args.document, params, request.method) : undefined
    if (first) return first
    const { result, statements } = await countStatements(() => execute(args))
    if (isPlain(args.document, request.method)) return result
    return withCost(result, { path: 'prisma', statements: statements + (failed.has(params) ? 1 : 0) })
  }

  /** What caches may keep is the same for all who ask. */
  const isPlain = (document: DocumentNode, method: string) => method === 'GET' && trusted.has(document)

  return {
    onRequest: async ({ request, serverContext, endResponse, fetchAPI }) => {
      const { req, res } = serverContext as Partial<NodeContext>
      const type = mediaTypeOf(request.headers.get('accept'))
      const params = type && plainParams(req?.body)
      const document = params && known.get(params.query)
      const first = document && (await prepared(document, params, request.method))
      if (!first) return
      if (res?.socket) gather(res.socket)
      const headers = { 'content-type': `${type}; charset=utf-8` }
      endResponse(new fetchAPI.Response(first.stringify(), { status: 200, headers }))
    },
    onExecute: ({ executeFn, setExecuteFn }) => setExecuteFn((args: ExecutionArgs) => answer(args, executeFn)),
  }
}

/** An answer whose text came from the database and goes out as it came; parsed only for whoever looks. */
function answerOf(text: string, extensions: { cost: Cost } | undefined) {
  const more = extensions ? `,"extensions":${JSON.stringify(extensions)}` : ''
  return {
    get data() {
      return JSON.parse(text) as unknown
    },
    extensions,
    stringify: () => `{"data":${text}${more}}`,
  }
}

/** The media type of the answer, where a header names one and prefers it; everything finer is for Yoga to work out. */
function mediaTypeOf(accept: string | null): string | undefined {
  return /^application\/(?:graphql-response\+)?json(?=$|,|;q=)/.exec(accept ?? '')?.[0]
}

/** A body that is as plain as most are; what is wrong with others is for Yoga to say. */
function plainParams(body: unknown): (GraphQLParams & { query: string }) | undefined {
  if (typeof body !== 'object' || body === null) return undefined
  const { query, variables, operationName, ...more } = body as Record<string, unknown>
  if (Object.keys(more).length > 0) return undefined
  const isPlain =
    typeof query === 'string' &&
    (variables == null || (typeof variables === 'object' && !Array.isArray(variables))) &&
    (operationName == null || typeof operationName === 'string')
  return isPlain ? (body as GraphQLParams & { query: string }) : undefined
}

function withCost(result: unknown, cost: Cost): unknown {
  const answer = result as ExecutionResult
  return { ...answer, extensions: { ...answer.extensions, cost } }
}
