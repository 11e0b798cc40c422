// Executes admitted operations: by one prepared statement where the document compiles to one, else field by field.
import { type ExecutionArgs, type ExecutionResult, GraphQLError, type GraphQLSchema } from 'graphql'
import type { Logger } from 'pino'
import { POINTS_PER_MS } from '../../changelog/payer.ts'
import { lanes } from '../../db/client.ts'
import { PATIENCE_MS } from '../../db/lanes.ts'
import { measure } from '../../db/meter.ts'
import { millisecondsOf } from '../../db/pipelined-reader.ts'
import { Turns } from '../../db/turns.ts'
import { UserError } from '../../domain/errors.ts'
import type { Viewer } from '../../domain/scope.ts'
import type { InvalidArguments } from '../../query/invalid-arguments.ts'
import { type Execution, isUnprepared, PreparedDocuments } from '../../query/prepared/prepared-documents.ts'
import { requestIdOf } from '../http/request-id.ts'
import { excess, inWords } from '../limits/limits.ts'
import type { Admission, Admitted, Params } from './admission.ts'
import type { PersistedDocuments } from './persisted-documents.ts'
import type { HideNames } from './schema-names.ts'

/** What answering took, as `extensions.cost` reports it. */
interface Cost {
  /** The price in points, and the highest price that is allowed. */
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

/** Who waits for an answer. */
export interface Client {
  /** Aborted when the client no longer waits. */
  readonly signal: AbortSignal
}

/** What an operation is executed with, whichever transport carries it. */
export interface OperationContext {
  /** The request, where the operation came with one of its own. */
  request?: Request
  params: Params
  viewer: Viewer
  admitted: Admitted
  client: Client
}

/** An answer whose text is sent as it is. */
export interface TextAnswer {
  readonly data: unknown
  extensions?: Extensions | undefined
  stringify(): string
}

export interface ExecutorOptions {
  schema: GraphQLSchema
  log: Logger
  admission: Admission
  /** Whether documents are answered by prepared statements where possible. Default: true. */
  prepare?: boolean
  persisted?: PersistedDocuments | undefined
  /** Rewords errors that would tell what the schema holds. */
  hideNames?: HideNames | undefined
  /** How long the reads of a caller without a key may take in the database, in milliseconds. Undefined: as long as all others. */
  anonymousTimeout?: number | undefined
}

/** How many times the price of a prepared document it takes to answer it field by field. */
export const FIELD_BY_FIELD = 5

/** How many operations are answered field by field at once. */
const MOST_FIELD_BY_FIELD = 2

/** Points for a kilobyte of an answer: it is copied and sent. */
const POINTS_PER_KILOBYTE = 1

type ExecuteFieldByField = (args: ExecutionArgs) => unknown

export class Executor {
  private readonly options: ExecutorOptions
  private readonly documents: PreparedDocuments
  private readonly fieldByFieldTurns = new Turns({ capacity: MOST_FIELD_BY_FIELD, perCaller: 1, patience: PATIENCE_MS })

  constructor(options: ExecutorOptions) {
    const { schema, log, prepare = true, persisted } = options
    this.options = options
    this.documents = new PreparedDocuments({
      schema,
      onNotCompilable: (part, { name }) =>
        log.debug({ operation: name?.value, part }, 'A document cannot be compiled to SQL: the resolvers answer it.'),
    })
    if (prepare) for (const { document } of persisted?.values() ?? []) this.documents.prepare(document)
  }

  async execute(args: ExecutionArgs, executeFieldByField: ExecuteFieldByField): Promise<unknown> {
    const context = args.contextValue as OperationContext
    const start = performance.now()
    const execution = this.executionOf(context)
    if (!isUnprepared(execution)) return this.prepared(execution, context, performance.now() - start)
    const result = await this.fieldByField(args, executeFieldByField, execution.invalidArguments)
    const { hideNames } = this.options
    const { errors } = result as ExecutionResult
    return errors && hideNames ? { ...(result as object), errors: errors.map((each) => hideNames(each, args)) } : result
  }

  /** The answer of an operation that compiles to a statement; undefined for any other. */
  async executePrepared(context: OperationContext): Promise<TextAnswer | ExecutionResult | undefined> {
    const start = performance.now()
    const execution = this.executionOf(context)
    return isUnprepared(execution) ? undefined : this.prepared(execution, context, performance.now() - start)
  }

  private executionOf({ params, admitted, viewer }: OperationContext) {
    const { prepare = true } = this.options
    if (!prepare) return { unprepared: true as const }
    return this.documents.execution({ ...params, document: admitted.document, scopes: viewer.scopes })
  }

  /** `compiling` is the time that it took to find the statement, in milliseconds. */
  private async prepared(
    execution: Execution,
    context: OperationContext,
    compiling: number,
  ): Promise<TextAnswer | ExecutionResult> {
    const { admitted } = context
    if ('constantData' in execution) {
      this.options.admission.settle(admitted, compiling)
      return this.textAnswer(execution.constantData, context, 0)
    }
    try {
      const { text, milliseconds } = await lanes.read(execution, this.turnOf(context))
      this.settle(admitted, compiling + milliseconds, text?.length ?? 0)
      if (text === null) throw new Error(`A prepared statement returned NULL for a non-null field: ${execution.text}`)
      return this.textAnswer(text, context, 1)
    } catch (error) {
      this.settle(admitted, compiling + millisecondsOf(error), 0)
      return this.failed(error, context, { path: 'prepared', statements: 1 })
    }
  }

  /** A document that fails here is not tried again by another path. */
  private failed(error: unknown, context: OperationContext, how: Pick<Cost, 'path' | 'statements'>): ExecutionResult {
    const cause = context.client.signal.aborted ? clientGone : error
    const original = cause instanceof Error ? cause : new Error(String(cause))
    const wrapped =
      cause instanceof GraphQLError ? cause : new GraphQLError('The statement failed.', { originalError: original })
    return { errors: [wrapped], extensions: this.extensionsOf(context, how) }
  }

  private async fieldByField(
    args: ExecutionArgs,
    executeFieldByField: ExecuteFieldByField,
    mistake: InvalidArguments | undefined,
  ): Promise<unknown> {
    const context = args.contextValue as OperationContext
    const { admission, prepare = true } = this.options
    const { admitted } = context
    if (admitted.operation.operation !== 'query') {
      const { result, statements } = await measure(() => executeFieldByField(args))
      return withExtensions(result, this.extensionsOf(context, { path: 'prisma', statements }))
    }
    const price = admitted.price * FIELD_BY_FIELD
    if (prepare && price > admission.limits.cost) {
      if (!mistake) return this.failed(refuseFieldByField(price, admission.limits.cost), context, notRun)
      const { errors, extensions } = this.failed(toldAtRoot(mistake), context, notRun)
      return { errors, data: null, extensions }
    }
    const { caller, timeout, onTurn } = this.turnOf(context)
    const { signal } = context.client
    const start = performance.now()
    try {
      const release = await this.fieldByFieldTurns.take(caller, signal)
      try {
        onTurn()
        const { result, statements } = await measure(() => executeFieldByField(args), { timeout, signal })
        if (signal.aborted) return this.failed(clientGone, context, { path: 'prisma', statements })
        return withExtensions(result, this.extensionsOf(context, { path: 'prisma', statements }))
      } finally {
        release()
        this.settle(admitted, performance.now() - start, 0)
      }
    } catch (error) {
      return this.failed(error, context, notRun)
    }
  }

  private turnOf(context: OperationContext) {
    const { admitted, viewer } = context
    return {
      caller: admitted.caller,
      timeout: viewer.name === null ? this.options.anonymousTimeout : undefined,
      client: context.client,
      onTurn: () => this.options.admission.requireSolvent(admitted),
    }
  }

  private settle(admitted: Admitted, milliseconds: number, characters: number): void {
    const { admission } = this.options
    admission.settle(admitted, milliseconds + (characters * POINTS_PER_KILOBYTE) / 1000 / POINTS_PER_MS)
  }

  private textAnswer(text: string, context: OperationContext, statements: number): TextAnswer {
    // What caches may keep is the same for every caller.
    const isPlain = context.request?.method === 'GET' && context.admitted.isPersisted
    const extensions = isPlain ? undefined : this.extensionsOf(context, { path: 'prepared', statements })
    const more = extensions ? `,"extensions":${JSON.stringify(extensions)}` : ''
    return {
      get data() {
        return JSON.parse(text) as unknown
      },
      extensions,
      stringify: () => `{"data":${text}${more}}`,
    }
  }

  private extensionsOf({ request, params, admitted }: OperationContext, how: Pick<Cost, 'path' | 'statements'>) {
    const { cost: limit } = this.options.admission.limits
    return { requestId: requestIdOf({ request, params }), cost: { requested: admitted.price, limit, ...how } }
  }
}

/** The refusal of an operation that has no statement, and is too dear to be answered field by field. */
function refuseFieldByField(requested: number, allowed: number): GraphQLError {
  const message = `This operation cannot be answered by one SQL statement and costs ${inWords(requested)} points with resolvers, ${inWords(requested - allowed)} more than the ${inWords(allowed)} allowed: select changes, history and feedCursor in a separate operation, or select less.`
  return excess(message, { limit: 'cost', allowed, requested })
}

/** A mistake in the arguments, told at the field of the root. */
function toldAtRoot({ cause, key, nodes }: InvalidArguments): GraphQLError {
  const originalError = cause instanceof Error ? cause : new Error(String(cause))
  return new GraphQLError(originalError.message, { nodes, path: [key], originalError })
}

function withExtensions(result: unknown, extensions: Extensions): unknown {
  const answer = result as ExecutionResult
  return { ...answer, extensions: { ...answer.extensions, ...extensions } }
}

/** Nobody waits for this answer, and nothing is wrong with the service. */
const clientGone = new UserError('The client disconnected before it received the response.', 'CLIENT_CLOSED_REQUEST')

const notRun = { path: 'prisma', statements: 0 } as const
