import type { IncomingMessage, ServerResponse } from 'node:http'
import { type DocumentNode, type ExecutionArgs, type ExecutionResult, GraphQLError, type GraphQLSchema } from 'graphql'
import type { GraphQLParams, Plugin, YogaInitialContext } from 'graphql-yoga'
import { LRUCache } from 'lru-cache'
import type { Logger } from 'pino'
import { reader } from '../db/client.ts'
import { countStatements } from '../db/meter.ts'
import { gather } from '../db/socket.ts'
import { type Execution, PreparedDocuments } from '../plan/prepare.ts'
import { viewerOf } from './auth.ts'
import { faultOf, timeout } from './faults.ts'
import type { Guard } from './limits/guard.ts'
import { requestIdOf } from './request-id.ts'

/** What answering took, as `extensions.cost` says it. */
interface Cost {
  /** The nodes that could have been returned, and the most that may be. */
  requested: number
  limit: number
  /** Whether the document was answered by one prepared statement, or field by field. */
  path: 'prepared' | 'prisma'
  /** How many SQL statements were sent. */
  statements: number
}

interface Extensions extends Record<string, unknown> {
  requestId: string | undefined
  cost: Cost
}

const FAILED = 'A prepared statement failed: its document was answered field by field.'

interface PreparedOptions {
  schema: GraphQLSchema
  log: Logger
  guard: Guard
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
  const { schema, log, guard, prepare, persisted = [] } = options
  const trusted = new WeakSet<DocumentNode>()
  const known = new LRUCache<string, DocumentNode>({
    maxSize: KNOWN_BYTES,
    sizeCalculation: (_, text) => text.length * PARSED_BYTES,
  })
  /** What was asked for in vain, for want of an answer in words, and why. */
  const failed = new WeakMap<GraphQLParams, { error?: unknown }>()
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
  async function prepared(document: DocumentNode, params: GraphQLParams, request: Request) {
    const execution = documents.execution({ ...params, document, scopes: viewerOf(request).scopes })
    if (!execution) return undefined
    const text = await textOf(execution, params)
    if (text === null) return undefined
    if (params.query && !trusted.has(document)) known.set(params.query, document)
    if (isPlain(document, request)) return answerOf(text)
    return answerOf(text, extensionsOf(request, params, 'prepared', 'known' in execution ? 0 : 1))
  }

  /** Null where the statement fails, or finds what should not be: then the answer has to be worded with its path. */
  async function textOf(execution: Execution, params: GraphQLParams): Promise<string | null> {
    if ('known' in execution) return execution.known
    try {
      const text = await reader.read(execution)
      if (text === null) failed.set(params, {})
      return text
    } catch (error) {
      failed.set(params, { error })
      return null
    }
  }

  function extensionsOf(request: Request, params: GraphQLParams, path: Cost['path'], statements: number): Extensions {
    const requested = guard.costFor(params) ?? 0
    const cost = { requested, limit: guard.limits.cost, path, statements }
    return { requestId: requestIdOf({ request, params }), cost }
  }

  async function answer(args: ExecutionArgs, execute: Execute): Promise<unknown> {
    const { request, params } = args.contextValue as YogaInitialContext
    const first = prepare && !failed.has(params) ? await prepared(args.document, params, request) : undefined
    if (first) return first
    // What took too long once would take as long again.
    const failure = failed.get(params)
    if (failure?.error && faultOf(failure.error) === timeout) return { errors: [failedBy(failure.error)] }
    const { result, statements } = await countStatements(() => execute(args))
    if (failure?.error && !(result as ExecutionResult).errors)
      log.warn({ err: failure.error, requestId: requestIdOf({ request, params }) }, FAILED)
    if (isPlain(args.document, request)) return result
    return withExtensions(result, extensionsOf(request, params, 'prisma', statements + (failure ? 1 : 0)))
  }

  /** What caches may keep is the same for all who ask. */
  const isPlain = (document: DocumentNode, { method }: Request) => method === 'GET' && trusted.has(document)

  /** Whether it may be answered; who is refused takes the longer way, on which that is put into words. */
  function isAdmitted(request: Request, document: DocumentNode, params: GraphQLParams): boolean {
    try {
      guard.admit(request, document, params)
      return true
    } catch {
      return false
    }
  }

  return {
    onRequest: async ({ request, serverContext, endResponse, fetchAPI }) => {
      const { req, res } = serverContext as Partial<NodeContext>
      const type = mediaTypeOf(request.headers.get('accept'))
      const params = type && plainParams(req?.body)
      const document = params && known.get(params.query)
      if (!document || !isAdmitted(request, document, params)) return
      const first = await prepared(document, params, request)
      if (!first) return
      if (res?.socket) gather(res.socket)
      const headers = { 'content-type': `${type}; charset=utf-8` }
      endResponse(new fetchAPI.Response(first.stringify(), { status: 200, headers }))
    },
    onExecute: ({ executeFn, setExecuteFn }) => setExecuteFn((args: ExecutionArgs) => answer(args, executeFn)),
  }
}

/** An answer whose text came from the database and goes out as it came; parsed only for whoever looks. */
function answerOf(text: string, extensions?: Extensions) {
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

const failedBy = (error: unknown): GraphQLError =>
  new GraphQLError('The statement failed.', { originalError: error instanceof Error ? error : undefined })

function withExtensions(result: unknown, extensions: Extensions): unknown {
  const answer = result as ExecutionResult
  return { ...answer, extensions: { ...answer.extensions, ...extensions } }
}
