// Decides whether an operation may run, and charges its price to the caller. All transports use the same rules. `decide` checks
// them in order; the first rule that does not hold refuses the operation.
import { setTimeout as sleep } from 'node:timers/promises'
import {
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  getOperationAST,
  Kind,
  NoSchemaIntrospectionCustomRule,
  type OperationDefinitionNode,
  OperationTypeNode,
  specifiedRules,
  type ValidationRule,
  validate,
} from 'graphql'
import { LRUCache } from 'lru-cache'
import { Pace, type PaceOptions } from '../../changelog/pace.ts'
import { freePayer, type Payer, POINTS_PER_MS } from '../../changelog/payer.ts'
import { startCpuTimer } from '../../db/cpu-timer.ts'
import { Turns } from '../../db/turns.ts'
import type { Viewer } from '../../domain/scope.ts'
import { type AnyRequest, callerOf } from '../http/sender.ts'
import { type Balance, Buckets } from '../limits/bucket.ts'
import { checkVariables, parseWithin } from '../limits/document.ts'
import { formatCount, type Limits } from '../limits/limits.ts'
import type { Variables } from '../limits/price/amount.ts'
import { compilePrice, type Price } from '../limits/price/price.ts'
import { refusePrice } from '../limits/price/refusal.ts'
import { REFUSED, REQUEST } from '../limits/price/weights.ts'
import { documentIdIn, isSameText, type PersistedDocuments } from './persisted-documents.ts'
import type { HideNames } from './schema-names.ts'

/** The parameters of an operation, over any transport. */
export interface Params {
  query?: string | null
  operationName?: string | null
  variables?: Record<string, unknown> | null
  extensions?: Record<string, unknown> | null
}

/** An operation that may run. */
export interface Admitted {
  document: DocumentNode
  /** The document's text, or the id of a persisted document. */
  text: string
  operation: OperationDefinitionNode
  isPersisted: boolean
  /** In points. */
  price: number
  /** The caller whose bucket is charged. */
  caller: string
}

/** The refusal of a caller without enough points. */
export interface Rejection {
  error: GraphQLError
  balance: Balance
  caller: string
}

/** A parsed and validated document, or its errors. */
interface KnownDocument {
  document: DocumentNode
  isPersisted: boolean
  errors: readonly GraphQLError[]
}

export interface AdmissionOptions {
  schema: GraphQLSchema
  limits: Limits
  /** Points that one caller may spend in a minute; 0 for no limit. */
  rateLimit: number
  persisted?: PersistedDocuments | undefined
  /** Refuses every document that is not persisted. */
  onlyPersisted?: boolean
  /** Removes names of the schema from errors. If set, introspection is refused too. */
  hideNames?: HideNames | undefined
}

/** The size of the document cache, in bytes. */
const KNOWN_BYTES = 32 * 1024 * 1024

/** The interval, in milliseconds, at which the balance of a waiting payer is checked. */
const PAY_MS = 250

/**
 * The paces of catching up and separate evaluation: for one subscription of a caller without a key, for all subscriptions of such
 * a caller, and for one subscription of a caller with a key.
 */
const SUBSCRIPTION_PACE: PaceOptions = { atOnce: 100, perSecond: 30 }
const CALLER_PACE: PaceOptions = { atOnce: 600, perSecond: 100 }
const KEY_PACE: PaceOptions = { atOnce: 1000, perSecond: 250 }

/** The number of callers whose common pace is stored. */
const MAX_PACES = 10_000

/** The price of a WebSocket frame, in points, and the number of bytes sent or received for one point. */
const FRAME = 4
const BYTES_PER_POINT = 1000

/** The memory that the AST takes for each character of a document, in bytes. */
const PARSED_BYTES = 12

/** Admits operations and charges callers. */
export class Admission {
  readonly limits: Limits
  readonly buckets: Buckets | undefined
  private readonly options: AdmissionOptions
  private readonly rules: readonly ValidationRule[]
  private readonly persisted = new Map<string, KnownDocument & { text: string }>()
  private readonly known = new LRUCache<string, KnownDocument>({
    maxSize: KNOWN_BYTES,
    sizeCalculation: (_, text) => 500 + text.length * PARSED_BYTES,
  })
  private readonly prices = new WeakMap<OperationDefinitionNode, (variables: Variables) => Price>()
  private readonly parsing = new Turns({ capacity: 1 })
  private readonly paces = new LRUCache<string, Pace>({ max: MAX_PACES })

  constructor(options: AdmissionOptions) {
    const { limits, rateLimit, hideNames, persisted } = options
    this.options = options
    this.limits = limits
    this.buckets = rateLimit > 0 ? new Buckets(rateLimit) : undefined
    this.rules = hideNames ? [...specifiedRules, NoSchemaIntrospectionCustomRule] : specifiedRules
    for (const [id, { text, document }] of persisted ?? [])
      this.persisted.set(id, { text, document, isPersisted: true, errors: [] })
  }

  /** Admits an operation and charges its price, or returns the errors that refuse it. */
  admit(request: AnyRequest, params: Params): Admitted | readonly GraphQLError[] {
    const caller = callerOf(request)
    try {
      return this.decide(request, params, caller)
    } catch (error) {
      if (!(error instanceof GraphQLError)) throw error
      return this.refuse(caller, [error])
    }
  }

  /** Whether persisted documents can be requested by id. */
  get takesIds(): boolean {
    return this.options.persisted !== undefined
  }

  /** Whether the parameters contain the id of a persisted document, which may stand beside its text. */
  takesIdOf(params: Params): boolean {
    return this.takesIds && documentIdIn(params) !== undefined
  }

  /** Whether the document is cached, so that admitting it requires no parsing. */
  isKnown(params: Params): boolean {
    return params.query ? this.known.has(params.query) : this.persisted.has(documentIdIn(params) ?? '')
  }

  /**
   * Whether the operation is a subscription. Parses a new document and charges the caller for that. Returns false for invalid
   * documents, which `admit` refuses.
   */
  isSubscription(request: AnyRequest, params: Params): boolean {
    const caller = callerOf(request)
    if (this.refusalOf(caller)) return false
    try {
      const { document } = this.find(params, request, caller).known
      return getOperationAST(document, params.operationName)?.operation === OperationTypeNode.SUBSCRIPTION
    } catch (error) {
      if (error instanceof GraphQLError) return false
      throw error
    }
  }

  /**
   * Resolves when a document may be parsed. New documents are parsed one at a time, each in its own task of the event loop, so that
   * other requests are answered in between. Callers take turns.
   */
  async turnFor(request: AnyRequest, params: Params): Promise<void> {
    if (this.isKnown(params)) return
    const release = await this.parsing.take(callerOf(request))
    // The caller of this method parses the document in the rest of this task.
    setImmediate(release)
  }

  /** Returns the refusal of a caller with too few points for any request; undefined if there are enough. */
  refusalOf(caller: string): Rejection | undefined {
    return refused(caller, this.buckets?.shortfall(caller, REQUEST), REQUEST)
  }

  /** Charges a file of so many bytes. Returns the refusal if the caller has too few points. */
  chargeFile(caller: string, bytes: number): Rejection | undefined {
    const points = REQUEST + Math.ceil(bytes / BYTES_PER_POINT)
    return refused(caller, this.buckets?.take(caller, Math.min(points, this.options.rateLimit)), points)
  }

  /** Charges bytes that an open connection received. Returns false if the caller has too few points for any request. */
  chargeReceived(request: AnyRequest, bytes: number): boolean {
    const caller = callerOf(request)
    this.buckets?.spend(caller, FRAME + Math.ceil(bytes / BYTES_PER_POINT))
    return !this.buckets?.shortfall(caller, REQUEST)
  }

  /** Charges a request without an operation. Throws if the caller has too few points. */
  chargeMalformed(request: AnyRequest): void {
    this.charge(callerOf(request), REQUEST + REFUSED)
  }

  /** Charges the time that an operation took beyond its price. */
  settle({ caller, price }: Pick<Admitted, 'caller' | 'price'>, milliseconds: number): void {
    const points = milliseconds * POINTS_PER_MS - price
    if (points > 0) this.buckets?.spend(caller, points)
  }

  /** Creates the payer for the work of an open subscription, with the caller's paces. */
  payerOf({ admitted: { caller }, viewer }: { admitted: Pick<Admitted, 'caller'>; viewer: Viewer }): Payer {
    const { buckets } = this
    if (!buckets) return { ...freePayer, name: caller }
    const pay = async (points: number, signal?: AbortSignal) => {
      while (buckets.balance(caller).remaining < points) await sleep(PAY_MS, undefined, { signal })
    }
    const charge = (points: number) => buckets.spend(caller, points)
    return { name: caller, pay, charge, paces: viewer.name === null ? this.pacesOf(caller) : [new Pace(KEY_PACE)] }
  }

  /** Returns the paces of a new subscription of a caller without a key: its own, and the one common to the caller's subscriptions. */
  private pacesOf(caller: string): Pace[] {
    const all = this.paces.get(caller) ?? new Pace(CALLER_PACE)
    this.paces.set(caller, all)
    return [new Pace(SUBSCRIPTION_PACE), all]
  }

  /** Throws if the caller has a debt. Called when work that waited gets its turn. */
  requireSolvent({ caller, price }: Pick<Admitted, 'caller' | 'price'>): void {
    const balance = this.buckets?.balance(caller)
    if (balance && balance.remaining < 0) throw tooMany(balance, price)
  }

  /** Returns the balance of the caller who pays for a request; undefined without a rate limit. */
  balanceOf(request: AnyRequest): Balance | undefined {
    return this.buckets?.balance(callerOf(request))
  }

  private decide(request: AnyRequest, params: Params, caller: string): Admitted | readonly GraphQLError[] {
    this.charge(caller, REQUEST)
    const { text, known } = this.find(params, request, caller)
    const { document, isPersisted, errors } = known
    if (document === unparsed) return this.refuse(caller, errors)
    const operation = getOperationAST(document, params.operationName)
    if (!operation) throw refusals.noOperation()
    if (errors.length > 0) return this.refuse(caller, errors)
    checkVariables(params.variables, this.limits)
    const price = this.priceOf(document, operation, params.variables ?? {})
    this.charge(caller, price - REQUEST, price)
    return { document, text, operation, isPersisted, price, caller }
  }

  private refuse(caller: string, errors: readonly GraphQLError[]): readonly GraphQLError[] {
    this.buckets?.spend(caller, REFUSED)
    return errors
  }

  /** Returns the requested document: a persisted one by id, or any document by its text. Throws a GraphQLError. */
  private find(params: Params, request: AnyRequest, caller: string): { text: string; known: KnownDocument } {
    const { persisted, onlyPersisted = false } = this.options
    const { query } = params
    const sentId = () =>
      documentIdIn(params) ??
      documentIdIn(Object.fromEntries(new URL(request.url ?? '', 'http://localhost').searchParams))
    if (query && onlyPersisted) {
      // Some clients send the text with the id, such as Apollo Client over WebSocket.
      const known = this.persisted.get(sentId() ?? '')
      if (known && isSameText(query, known.text)) return { text: known.text, known }
      throw refusals.onlyPersisted()
    }
    if (query || !persisted) return { text: query ?? '', known: this.parsed(query ?? '', caller) }
    const id = sentId()
    if (id === undefined) throw refusals.idRequired()
    const known = this.persisted.get(id)
    if (!known) throw refusals.unknownId()
    return { text: known.text, known }
  }

  /** Parses and validates a text unless it is cached, and charges the time. */
  private parsed(text: string, caller: string): KnownDocument {
    const known = this.known.get(text)
    if (known) return known
    const elapsed = startCpuTimer()
    const parsed = this.parse(text)
    this.known.set(text, parsed)
    this.settle({ caller, price: REQUEST }, elapsed())
    return parsed
  }

  private parse(text: string): KnownDocument {
    try {
      const document = parseWithin(this.limits, text)
      const { schema, hideNames } = this.options
      const errors = validate(schema, document, this.rules)
        .map((error) => hideNames?.(error, { document }) ?? error)
        .map(invalid)
      return { document, isPersisted: false, errors }
    } catch (error) {
      if (!(error instanceof GraphQLError)) throw error
      return { document: unparsed, isPersisted: false, errors: [malformed(error)] }
    }
  }

  private priceOf(document: DocumentNode, operation: OperationDefinitionNode, variables: Variables): number {
    const compiled = this.prices.get(operation) ?? compilePrice(this.options.schema, document, operation)
    this.prices.set(operation, compiled)
    const price = compiled(variables)
    if (!(price.total <= this.limits.cost)) throw refusePrice(price, this.limits.cost)
    return price.total
  }

  private charge(caller: string, points: number, requested = points): void {
    const shortfall = this.buckets?.take(caller, points)
    if (shortfall) throw tooMany(shortfall, requested)
  }
}

function refused(caller: string, balance: Balance | undefined, requested: number): Rejection | undefined {
  return balance && { error: tooMany(balance, requested), balance, caller }
}

/** The value for a document that could not be parsed. */
const unparsed: DocumentNode = { kind: Kind.DOCUMENT, definitions: [] }

/** Returns a validation error with the status that GraphQL over HTTP specifies. */
function invalid({ message, nodes, extensions }: GraphQLError): GraphQLError {
  const http = { spec: true, status: 400 }
  return new GraphQLError(message, { nodes, extensions: { code: 'GRAPHQL_VALIDATION_FAILED', ...extensions, http } })
}

/** Returns a syntax error with the status that GraphQL over HTTP specifies. Errors of a limit already have one. */
function malformed(error: GraphQLError): GraphQLError {
  if (error.extensions.code) return error
  const extensions = { code: 'GRAPHQL_PARSE_FAILED', http: { spec: true, status: 400 } }
  return new GraphQLError(error.message, { source: error.source, positions: error.positions, extensions })
}

const refusal = (code: string, message: string) => () =>
  new GraphQLError(message, { extensions: { code, http: { status: 400 } } })

const refusals = {
  noOperation: refusal(
    'OPERATION_RESOLUTION_FAILURE',
    'The document has several operations, or no operation of this name: pass the name of one of them as operationName.',
  ),
  unknownId: refusal(
    'PERSISTED_QUERY_NOT_IN_LIST',
    'There is no persisted document with this id: generate and deploy it first.',
  ),
  idRequired: refusal(
    'PERSISTED_QUERY_ID_REQUIRED',
    'The documentId is not valid: pass the id of a persisted document.',
  ),
  onlyPersisted: refusal(
    'PERSISTED_QUERY_ONLY',
    'This service accepts only persisted documents: pass the id of one as documentId, and no query other than its text.',
  ),
}

/** Creates the error for a caller with too few points. */
function tooMany({ limit, retryAfter = 1 }: Balance, requested: number): GraphQLError {
  const message = `The rate limit of ${formatCount(limit)} points per minute has too few points left for this operation: try again in ${retryAfter} seconds.`
  return new GraphQLError(message, {
    extensions: {
      code: 'RATE_LIMITED',
      limit: 'rate',
      allowed: limit,
      requested,
      retryAfter,
      http: { status: 429, headers: { 'retry-after': String(retryAfter) } },
    },
  })
}
