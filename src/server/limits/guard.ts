import {
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  getOperationAST,
  type OperationDefinitionNode,
} from 'graphql'
import { type Balance, Buckets } from './bucket.ts'
import { callerOf } from './caller.ts'
import { compileCost, type Variables } from './cost.ts'
import { checkVariables } from './document.ts'
import { excess, inWords, type Limits } from './limits.ts'

/** What a request came with, whatever carried it. */
export interface Params {
  operationName?: string | null
  variables?: Record<string, unknown> | null
}

interface GuardOptions {
  schema: GraphQLSchema
  limits: Limits
  /** Points that one caller may spend in a minute; 0 for as many as they like. */
  rateLimit: number
}

/** Lets operations pass that are within the limits, and charges whoever asks for them. */
export class Guard {
  readonly limits: Limits
  private readonly schema: GraphQLSchema
  private readonly buckets: Buckets | undefined
  private readonly compiled = new WeakMap<OperationDefinitionNode, (variables: Variables) => number>()
  private readonly begun = new WeakSet<Params>()
  private readonly admitted = new WeakMap<Params, number>()
  private readonly balances = new WeakMap<Request, Balance>()

  constructor({ schema, limits, rateLimit }: GuardOptions) {
    this.schema = schema
    this.limits = limits
    this.buckets = rateLimit > 0 ? new Buckets(rateLimit) : undefined
  }

  /** Charges the one point that a request costs whatever comes of it; throws where not even that is left. */
  begin(request: Request, params: Params): void {
    this.charge(request, 1)
    this.begun.add(params)
  }

  /** What an operation costs, charged once however often it is asked for; throws where it is refused. */
  admit(request: Request, document: DocumentNode, params: Params): number {
    const known = this.admitted.get(params)
    if (known !== undefined) return known
    checkVariables(params.variables, this.limits)
    const requested = this.costOf(document, params)
    const allowed = this.limits.cost
    if (!(requested <= allowed)) {
      const message = `An operation may return ${inWords(allowed)} nodes, and this one could return ${inWords(requested)}: ask for smaller pages, or for less of each.`
      throw excess(message, { limit: 'cost', allowed, requested })
    }
    this.charge(request, Math.max(1, requested) - (this.begun.has(params) ? 1 : 0), requested)
    this.admitted.set(params, requested)
    return requested
  }

  /** What an operation was found to cost; undefined where it was not looked at. */
  costFor(params: Params): number | undefined {
    return this.admitted.get(params)
  }

  /** What is left to whoever sent a request; undefined where there is no limit, or nothing was charged. */
  balanceOf(request: Request): Balance | undefined {
    return this.balances.get(request)
  }

  private charge(request: Request, points: number, requested = points): void {
    const balance = this.buckets?.take(callerOf(request), points)
    if (!balance) return
    this.balances.set(request, balance)
    if (balance.retryAfter !== undefined) throw tooMany(balance, requested)
  }

  private costOf(document: DocumentNode, { operationName, variables }: Params): number {
    const operation = getOperationAST(document, operationName)
    if (!operation) return 0
    const compiled = this.compiled.get(operation) ?? compileCost(this.schema, document, operation)
    this.compiled.set(operation, compiled)
    return compiled(variables ?? {})
  }
}

/** The refusal of a caller who has spent what they have. */
function tooMany({ limit, retryAfter = 1 }: Balance, requested: number): GraphQLError {
  const message = `You may ask for ${inWords(limit)} points a minute, of which too few are left for this: ask again in ${retryAfter} seconds.`
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
