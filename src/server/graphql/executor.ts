// Executes admitted operations: with one prepared statement if the document compiles to one, else with the resolvers.

import { type ExecutionArgs, type ExecutionResult, GraphQLError, type GraphQLSchema } from 'graphql'
import type { Logger } from 'pino'
import { POINTS_PER_MS } from '../../changelog/payer.ts'
import { lanes } from '../../db/client.ts'
import { QUEUE_TIMEOUT_MS } from '../../db/lanes.ts'
import { measure } from '../../db/meter.ts'
import { millisecondsOf } from '../../db/pipelined-reader.ts'
import { Turns } from '../../db/turns.ts'
import { UserError } from '../../domain/errors.ts'
import { scopeError, type Viewer } from '../../domain/scope.ts'
import type { Rest } from '../../query/compiler/compile.ts'
import { InvalidArguments } from '../../query/invalid-arguments.ts'
import {
  type Execution,
  isUnprepared,
  PreparedDocuments,
  type Unprepared,
} from '../../query/prepared/prepared-documents.ts'
import { callerErrorOf } from '../../query/statement-error.ts'
import { requestIdOf } from '../http/request-id.ts'
import { formatCount, limitError } from '../limits/limits.ts'
import type { Admission, Admitted, Params } from './admission.ts'
import type { PersistedDocuments } from './persisted-documents.ts'
import type { HideNames } from './schema-names.ts'

/** The cost of an operation, as reported in `extensions.cost`. */
interface Cost {
  /** The price, and the highest allowed price, in points. */
  requested: number
  limit: number
  /** Whether the operation was executed as one prepared statement or with the resolvers (Prisma). */
  path: 'prepared' | 'prisma'
  /** The number of SQL statements sent. */
  statements: number
}

interface Extensions extends Record<string, unknown> {
  requestId: string | undefined
  cost: Cost
}

/** The client that waits for a response. */
export interface Client {
  /** Aborted when the client no longer waits. */
  readonly signal: AbortSignal
}

/** The context of an operation, for any transport. */
export interface OperationContext {
  /** The HTTP request; undefined over WebSocket. */
  request?: Request
  params: Params
  viewer: Viewer
  admitted: Admitted
  client: Client
}

/** A result whose JSON text is sent unchanged. */
export interface TextAnswer {
  readonly data: unknown
  extensions?: Extensions | undefined
  stringify(): string
}

export interface ExecutorOptions {
  schema: GraphQLSchema
  log: Logger
  admission: Admission
  /** Whether documents are executed as prepared statements where possible. Default: true. */
  prepare?: boolean
  persisted?: PersistedDocuments | undefined
  /** Removes names of the schema from errors. */
  hideNames?: HideNames | undefined
  /** The time limit of reads in the database for callers without a key, in milliseconds. Default: that of all callers. */
  anonymousTimeout?: number | undefined
}

/** The factor for the price of an operation that is executed with the resolvers. */
export const FIELD_BY_FIELD = 5

/** The number of operations that may be executed with the resolvers at the same time. */
const MAX_FIELD_BY_FIELD = 2

/** The price of copying and sending one kilobyte of a response. */
const POINTS_PER_KILOBYTE = 1

/** An execution, and the processor time in milliseconds that compiling it took; 0 for a statement of the cache. */
interface Compiled<E> {
  execution: E
  compiling: number
}

type ExecuteFieldByField = (args: ExecutionArgs) => unknown

/** Executes admitted operations of any transport. */
export class Executor {
  private readonly options: ExecutorOptions
  private readonly documents: PreparedDocuments
  /** The errors of the caller that `executePrepared` found, so that `execute` does not run the statement again. */
  private readonly found = new WeakMap<Admitted, UserError>()
  /** What `executePrepared` found of operations without a statement, so that `execute` does not compile them again. */
  private readonly unprepared = new WeakMap<Admitted, Compiled<Unprepared>>()
  private readonly fieldByFieldTurns = new Turns({
    capacity: MAX_FIELD_BY_FIELD,
    perCaller: 1,
    queueTimeout: QUEUE_TIMEOUT_MS,
  })

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

  /** Executes an operation. `executeFieldByField` is used if it does not compile to a statement. */
  async execute(args: ExecutionArgs, executeFieldByField: ExecuteFieldByField): Promise<unknown> {
    const context = args.contextValue as OperationContext
    const { execution, compiling } = this.executionOf(context)
    const answer = isUnprepared(execution)
      ? undefined
      : (this.found.get(context.admitted) ?? (await this.prepared(execution, context, compiling)))
    if (answer && !(answer instanceof UserError)) return answer
    const result = await this.fieldByField(args, executeFieldByField, {
      compiling,
      mistake: isUnprepared(execution) ? mistakeIn(execution, context) : answer,
    })
    const { hideNames } = this.options
    const { errors } = result as ExecutionResult
    return errors && hideNames ? { ...(result as object), errors: errors.map((each) => hideNames(each, args)) } : result
  }

  /** Executes an operation that compiles to a statement; returns undefined for any other, which `execute` answers. */
  async executePrepared(context: OperationContext): Promise<TextAnswer | ExecutionResult | undefined> {
    const { execution, compiling } = this.executionOf(context)
    const answer = isUnprepared(execution) ? undefined : await this.prepared(execution, context, compiling)
    if (!(answer instanceof UserError)) return answer
    this.found.set(context.admitted, answer)
    return undefined
  }

  private executionOf({ params, admitted, viewer }: OperationContext): Compiled<Execution | Unprepared> {
    const known = this.unprepared.get(admitted)
    if (known) return known
    let compiling = 0
    const { prepare = true } = this.options
    if (!prepare) return { execution: { unprepared: true }, compiling }
    const { document } = admitted
    const onCompile = (milliseconds: number) => {
      compiling += milliseconds
    }
    const execution = this.documents.execution({ ...params, document, scopes: viewer.scopes, onCompile })
    if (isUnprepared(execution)) this.unprepared.set(admitted, { execution, compiling })
    return { execution, compiling }
  }

  /**
   * Runs the prepared statement. `compiling` is the processor time in milliseconds that compiling it took. Returns an error
   * of the caller that the database found. The resolvers find it again, and report it at its field.
   */
  private async prepared(
    execution: Execution,
    context: OperationContext,
    compiling: number,
  ): Promise<TextAnswer | ExecutionResult | UserError> {
    const { admitted } = context
    if ('constantData' in execution) {
      this.options.admission.settle(admitted, compiling)
      return this.textAnswer(execution.constantData, context, 0)
    }
    try {
      const { text, milliseconds } = await lanes.read(execution, this.turnOf(context))
      this.settle(admitted, compiling + milliseconds, text?.length ?? 0)
      if (text === null && execution.missing !== undefined) return new MissingRow(execution.missing)
      if (text === null) throw new Error(`A prepared statement returned NULL for a non-null field: ${execution.text}`)
      return this.textAnswer(text, context, 1)
    } catch (error) {
      this.settle(admitted, compiling + millisecondsOf(error), 0)
      const tooEarly = callerErrorOf(error)
      if (tooEarly && !context.client.signal.aborted) return tooEarly
      return this.failed(error, context, { path: 'prepared', statements: 1 })
    }
  }

  /** Returns the result of a failed operation. The operation is not retried with the resolvers. */
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
    { compiling, mistake }: { compiling: number; mistake: InvalidArguments | UserError | undefined },
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
      if (mistake) return this.rest(context, mistake, compiling)
      this.settle(admitted, compiling, 0)
      return this.failed(refuseFieldByField(price, admission.limits.cost), context, notRun)
    }
    const { caller, timeout, onTurn } = this.turnOf(context)
    const { signal } = context.client
    try {
      const release = await this.fieldByFieldTurns.take(caller, signal)
      const start = performance.now()
      try {
        onTurn()
        const { result, statements } = await measure(() => executeFieldByField(args), { timeout, signal })
        if (signal.aborted) return this.failed(clientGone, context, { path: 'prisma', statements })
        return withExtensions(result, this.extensionsOf(context, { path: 'prisma', statements }))
      } finally {
        release()
        this.settle(admitted, compiling + performance.now() - start, 0)
      }
    } catch (error) {
      return this.failed(error, context, notRun)
    }
  }

  /**
   * Answers the fields of Query without mistakes by one statement, and each other one with null and its error. `compiled` is the
   * processor time in milliseconds that finding the mistake took.
   */
  private async rest(
    context: OperationContext,
    mistake: InvalidArguments | UserError,
    compiled: number,
  ): Promise<ExecutionResult> {
    const { admitted } = context
    const { rest, compiling } = this.restOf(context, compiled)
    if (!rest) {
      this.settle(admitted, compiling, 0)
      const { errors, extensions } = this.failed(
        mistake instanceof UserError ? mistake : rootFieldErrorOf(mistake),
        context,
        notRun,
      )
      return { errors, data: null, extensions }
    }
    if (mistake instanceof UserError && !(mistake instanceof MissingRow))
      return this.separately(context, rest.fields, compiling)
    const answer = await this.prepared(rest.execution, context, compiling)
    if (answer instanceof UserError) return this.separately(context, rest.fields, 0)
    if (!('stringify' in answer)) return answer
    const { extensions } = answer
    const data = answer.data as Record<string, unknown>
    const errors = [...rest.mistakes, ...rest.ifNull.filter(({ key }) => data[key] === null)].map(rootFieldErrorOf)
    return { ...(errors.length > 0 && { errors }), data, extensions }
  }

  /** Compiles the statement for the fields of Query without mistakes; with `only`, for one of them. */
  private restOf({ params, admitted: { document }, viewer }: OperationContext, compiled: number, only?: string) {
    let compiling = compiled
    const onCompile = (milliseconds: number) => {
      compiling += milliseconds
    }
    const rest = this.documents.executionOfRest({ ...params, document, scopes: viewer.scopes, onCompile }, only)
    return { rest, compiling }
  }

  /**
   * Answers each field of Query by a statement of its own, because the database found a mistake of the caller in one of them, and does
   * not tell in which. `compiled` is the processor time in milliseconds that compiling all took.
   */
  private async separately(
    context: OperationContext,
    fields: Rest['fields'],
    compiled: number,
  ): Promise<ExecutionResult> {
    const extensions = () => this.extensionsOf(context, { path: 'prepared', statements: fields.length })
    const errors: GraphQLError[] = []
    const data: Record<string, unknown> = {}
    let unsettled = compiled
    // The price paid for the statement that failed.
    const unpaid = { ...context, admitted: { ...context.admitted, price: 0 } }
    for (const { key, fieldNodes } of fields) {
      const { rest, compiling } = this.restOf(context, unsettled, key)
      if (!rest) throw new Error(`The field ${key} compiles together with others, but not alone.`)
      unsettled = 0
      const answer = await this.prepared(rest.execution, unpaid, compiling)
      if (!(answer instanceof UserError || 'stringify' in answer)) return { ...answer, extensions: extensions() }
      data[key] = answer instanceof UserError ? null : (answer.data as Record<string, unknown>)[key]
      const mistakes = answer instanceof UserError ? [new InvalidArguments(answer, key, fieldNodes)] : rest.mistakes
      const missing = data[key] === null ? rest.ifNull : []
      errors.push(...[...mistakes, ...missing].map(rootFieldErrorOf))
    }
    return { ...(errors.length > 0 && { errors }), data, extensions: extensions() }
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
    // A response that caches may store must be the same for all callers, so it has no request id.
    const isCacheable = context.request?.method === 'GET' && context.admitted.isPersisted
    const extensions = isCacheable ? undefined : this.extensionsOf(context, { path: 'prepared', statements })
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

/** Returns why an operation without a statement cannot be answered with the resolvers either; undefined if it can. */
const mistakeIn = ({ invalidArguments, missingScope }: Unprepared, { viewer }: OperationContext) =>
  missingScope ? scopeError(missingScope, viewer) : invalidArguments

/** The statement returned NULL, because a field of Query has no row. */
class MissingRow extends UserError {}

/** Creates the error for an operation that does not compile to a statement and is too expensive with the resolvers. */
function refuseFieldByField(requested: number, allowed: number): GraphQLError {
  const message = `This operation cannot be answered by one SQL statement and costs ${formatCount(requested)} points with resolvers, ${formatCount(requested - allowed)} more than the ${formatCount(allowed)} allowed: select viewer in a separate operation, or select less.`
  return limitError(message, { limit: 'cost', allowed, requested })
}

/** Returns the error for a mistake in arguments, with the path of the root field. */
function rootFieldErrorOf({ cause, key, nodes }: InvalidArguments): GraphQLError {
  const originalError = cause instanceof Error ? cause : new Error(String(cause))
  return new GraphQLError(originalError.message, { nodes, path: [key], originalError })
}

function withExtensions(result: unknown, extensions: Extensions): unknown {
  const answer = result as ExecutionResult
  return { ...answer, extensions: { ...answer.extensions, ...extensions } }
}

/** The error of an operation whose client disconnected. It is not sent, and not logged as unexpected. */
const clientGone = new UserError('The client disconnected before it received the response.', 'CLIENT_CLOSED_REQUEST')

const notRun = { path: 'prisma', statements: 0 } as const
