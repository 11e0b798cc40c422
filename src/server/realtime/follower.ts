// Opens subscriptions for all transports. Subscriptions with the same selection share rendered items.
import {
  type DocumentNode,
  type ExecutionArgs,
  type FieldNode,
  type FragmentDefinitionNode,
  GraphQLError,
  type GraphQLSchema,
  getArgumentValues,
  getOperationAST,
  getVariableValues,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
  visit,
} from 'graphql'
import { LRUCache } from 'lru-cache'
import type { Logger } from 'pino'
import type { Change, Merge } from '../../changelog/change.ts'
import { FanOut } from '../../changelog/fan-out.ts'
import type { FeedStream } from '../../changelog/feed-stream.ts'
import type { Payer } from '../../changelog/payer.ts'
import { type Head, positionOf, readHead } from '../../changelog/position.ts'
import type { SubscriptionQuery } from '../../changelog/subscription-query.ts'
import { idsIn, readSurvivors, replaceMergedIds, type Survivors, survivorsAfter } from '../../changelog/survivors.ts'
import type { LogEnd } from '../../changelog/tail.ts'
import { Lane } from '../../db/lane.ts'
import { Turns } from '../../db/turns.ts'
import { ServiceError, UserError } from '../../domain/errors.ts'
import { gaps } from '../../domain/log-cursor.ts'
import type { Feed } from '../../schema/subscription.ts'
import { mask, maskWith } from '../graphql/errors.ts'
import { FIELD_BY_FIELD } from '../graphql/executor.ts'
import type { HideNames } from '../graphql/schema-names.ts'
import { unavailable } from '../graphql/service-error.ts'
import { defaultLimits, formatCount, limitError } from '../limits/limits.ts'
import { compilePrice } from '../limits/price/price.ts'
import { ItemCache } from './item-cache.ts'
import { ItemRenderer } from './renderer.ts'

interface FollowerOptions {
  schema: GraphQLSchema
  /** The database from which records are read. */
  url: string
  log: Logger
  /** Removes names of the schema from errors. */
  hideNames?: HideNames | undefined
  /** The highest price of one change with the resolvers, in points. Default: that of one operation. */
  cost?: number | undefined
}

/** The errors of a subscription that was not opened. */
interface RefusedSubscription {
  errors: readonly GraphQLError[]
}

/** The root field of a subscription operation. */
interface SubscriptionField {
  operation: OperationDefinitionNode
  root: FieldNode
  feed: Feed
  /** Identifies the operation among those of this process. */
  id: number
  /** The variables used below the root field. The root field's own arguments do not affect the rendered items. */
  variables: readonly string[]
  /** Returns the price of one change without the filter, in points. It depends only on `variables`. */
  price: (variables: Record<string, unknown>) => number
}

/** The number of cached renderers, including unused ones, and the size of their keys and variables in characters. */
const MAX_RENDERERS = 1000
const MAX_RENDERERS_SIZE = 16_000_000

/** The connections for new changes: one evaluates filters, the other one renders. */
const LIVE_CONNECTIONS = 2

/** The time limit of a statement that evaluates shared filters, in milliseconds. */
const LIVE_MS = 2000

/** The connections for catching up and separate evaluation, and the time limit of a separately evaluated filter, in milliseconds. */
const SLOW_CONNECTIONS = 2
const SLOW_MS = 250

/** The lanes' queues need no limits, because each group and each subscriber has at most one statement. */
const unbounded = { waitingPerCaller: Number.POSITIVE_INFINITY, waiting: Number.POSITIVE_INFINITY }

/** Opens subscriptions over the change log. */
export class Follower {
  /** Whether new changes reach the subscribers. */
  isReady = (): boolean => false
  /** Reads the log now. Notices if it was replaced. */
  readLog = async (): Promise<void> => {}
  private readonly options: FollowerOptions
  private readonly known = new WeakMap<OperationDefinitionNode, SubscriptionField>()
  private readonly renderers = new LRUCache<string, ItemRenderer>({ max: MAX_RENDERERS, maxSize: MAX_RENDERERS_SIZE })
  private readonly cache = new ItemCache()
  private readonly live: Lane
  private readonly slow: Lane
  private readonly turns = new Turns({ capacity: 1, perCaller: 1 })
  private lastId = 0
  private fanOut: FanOut | undefined
  private epoch = ''

  constructor(options: FollowerOptions) {
    const { url } = options
    this.options = options
    this.live = new Lane(url, { connections: LIVE_CONNECTIONS, statementTimeout: LIVE_MS, ...unbounded })
    this.slow = new Lane(url, { connections: SLOW_CONNECTIONS, statementTimeout: SLOW_MS, ...unbounded })
  }

  /** The number of subscribers. */
  get size(): number {
    return this.fanOut?.size ?? 0
  }

  /** How long, in milliseconds, undelivered changes have waited without any delivery. */
  get lag(): number {
    return this.fanOut?.lag ?? 0
  }

  /** Starts to follow a log, from its end. Ends existing subscriptions with the given reason. */
  begin({ epoch, position, oldest }: LogEnd, reason?: UserError): void {
    const { live, slow } = this
    this.fanOut?.end(reason, epoch === this.epoch && reason === gaps.pruned ? oldest : undefined)
    this.renderers.clear()
    this.cache.startAt(position)
    this.epoch = epoch
    this.fanOut = new FanOut({
      epoch,
      head: position,
      live,
      slow,
      onTooSlow: ({ message }, { key }) => this.options.log.warn({ reason: message, query: key }, TOO_SLOW),
    })
  }

  publish(changes: readonly Change[]): void {
    this.cache.startAt(changes.at(-1)?.position ?? this.cache.head)
    this.fanOut?.publish(changes)
  }

  /** Returns the epoch and the known end of the log. Data that is read afterwards is of this state or a later one. */
  version(): string | undefined {
    return this.fanOut && this.isReady() ? `${this.epoch} ${this.fanOut.head}` : undefined
  }

  /** Ends all subscriptions. */
  end(): void {
    this.fanOut?.end()
  }

  /** Ends all subscriptions, and closes the connections to the database. */
  async close(): Promise<void> {
    this.end()
    await Promise.all([this.live.close(), this.slow.close()])
  }

  /** Opens a subscription after the last event id, or else after the field's argument `after`, or else at the end of the log. */
  async open(args: ExecutionArgs, payer: Payer, lastEventId?: string): Promise<FeedStream | RefusedSubscription> {
    const opened = await this.stream(args, payer, lastEventId)
    return 'errors' in opened ? { errors: opened.errors.map((error) => this.mask(error, args)) } : opened
  }

  private mask(error: GraphQLError, args: ExecutionArgs): GraphQLError {
    const { hideNames, log } = this.options
    return maskWith(log)(hideNames ? hideNames(error, args) : error)
  }

  private async stream(
    args: ExecutionArgs,
    payer: Payer,
    lastEventId?: string,
  ): Promise<FeedStream | RefusedSubscription> {
    const { schema, cost = defaultLimits.cost } = this.options
    const operation = getOperationAST(args.document, args.operationName)
    if (!operation)
      return {
        errors: [
          new GraphQLError(
            'The document has several operations, or no operation of this name: pass the name of one of them as operationName.',
          ),
        ],
      }
    const { coerced, errors } = getVariableValues(
      schema,
      operation.variableDefinitions ?? [],
      args.variableValues ?? {},
    )
    if (!coerced) return { errors }
    const subscription = this.subscriptionField(operation, args.document)
    const field = subscription && schema.getSubscriptionType()?.getFields()[subscription.root.name.value]
    if (!subscription || !field)
      return {
        errors: [new GraphQLError('A subscription must select exactly one field: select one field of Subscription.')],
      }
    const { root, feed } = subscription
    try {
      const { after, ...values } = getArgumentValues(field, root, coerced)
      feed.filter(values as never)
      const fanOutBefore = this.fanOut
      const headBefore = fanOutBefore?.head
      const ids = feed.followsMerges ? idsIn(values) : new Set<string>()
      const survivors = await readSurvivors(ids)
      const cursor = lastEventId ?? (after as string | null | undefined)
      const start = cursor == null ? undefined : positionOf(cursor, await this.endOfLog())
      // There is no `await` from here on, because the log could be replaced meanwhile.
      const { fanOut, epoch } = this
      if (!fanOut) throw unavailable()
      const position = start ?? fanOut.head
      const { key, renderer } = this.rendererOf(subscription, args, coerced)
      const price = renderer.price * FIELD_BY_FIELD
      if (!renderer.isCompiled && price > cost) throw refuseResolved(price, cost)
      const queryFor = (merged: Survivors): SubscriptionQuery => {
        const { filter, price: filterPrice } = feed.filter(replaceMergedIds(values, merged) as never)
        const mergedBy = (merges: readonly Merge[]) => {
          const after = survivorsAfter(ids, merged, merges)
          return after && queryFor(after)
        }
        return {
          key: `${key} ${JSON.stringify(values)}`,
          filter,
          filterPrice,
          select: feed.select,
          renderer,
          merged: ids.size > 0 ? mergedBy : undefined,
        }
      }
      const query = queryFor(survivors)
      const asOf = fanOut === fanOutBefore ? headBefore : 0
      return { epoch, after: position, subscribe: (sink) => fanOut.follow(query, position, sink, payer, asOf) }
    } catch (error) {
      const name = root.alias?.value ?? root.name.value
      const isExpected = error instanceof UserError || error instanceof ServiceError || error instanceof GraphQLError
      const original = isExpected ? error : unavailable(error)
      return { errors: [new GraphQLError(original.message, { nodes: root, path: [name], originalError: original })] }
    }
  }

  /** Reads the end of the log. Throws a ServiceError if the database has another log than the one that is followed. */
  private async endOfLog(): Promise<Head> {
    const head = await readHead('service')
    if (head.epoch !== this.epoch) await this.readLog()
    if (head.epoch !== this.epoch) throw unavailable()
    return head
  }

  private subscriptionField(operation: OperationDefinitionNode, document: DocumentNode): SubscriptionField | undefined {
    const known = this.known.get(operation)
    if (known) return known
    const { schema } = this.options
    const root = rootField(operation, document)
    const field = root && schema.getSubscriptionType()?.getFields()[root.name.value]
    if (!root || !field) return undefined
    const price = compilePrice(schema, document, operation)
    const created: SubscriptionField = {
      operation,
      root,
      feed: field.extensions.feed as Feed,
      id: this.lastId++,
      variables: variablesBeside(root, document),
      price: (variables) => price(variables).perEvent,
    }
    this.known.set(operation, created)
    return created
  }

  /** Returns the renderer for a selection and its variables, which all filters share, and its key. */
  private rendererOf(
    { id, operation, feed, variables, price }: SubscriptionField,
    { document, operationName, variableValues }: ExecutionArgs,
    coerced: Record<string, unknown>,
  ): { key: string; renderer: ItemRenderer } {
    const values = variables.filter((each) => each in coerced).map((each) => [each, coerced[each]])
    const key = JSON.stringify([id, values])
    const known = this.renderers.get(key)
    if (known) return { key, renderer: known }
    const { schema, log } = this.options
    const declared = declaredIn(operation, variableValues ?? {})
    const renderer = new ItemRenderer({
      key,
      args: { schema, document, operationName, variableValues: declared },
      operation,
      coerced,
      feed,
      epoch: this.epoch,
      price: price(coerced),
      mask: (error, request) => this.mask(error, request),
      cache: this.cache,
      turns: this.turns,
      onNotCompilable: (part) =>
        log.debug({ operation: operation.name?.value, part }, 'A subscription is rendered by the resolvers.'),
    })
    this.renderers.set(key, renderer, { size: key.length + JSON.stringify(declared).length })
    return { key, renderer }
  }
}

/** Returns the refusal of subscriptions for a service without a follower. */
export const withoutFollower = (): RefusedSubscription => {
  const originalError = unavailable()
  return { errors: [mask(new GraphQLError(originalError.message, { originalError }))] }
}

/** Creates the error for a selection that does not compile to a statement and is too expensive with the resolvers. */
function refuseResolved(requested: number, allowed: number): GraphQLError {
  const message = `A change of this subscription cannot be rendered by one statement, and costs ${formatCount(requested)} points field by field, ${formatCount(requested - allowed)} more than the ${formatCount(allowed)} allowed: select less.`
  return limitError(message, { limit: 'cost', allowed, requested })
}

const TOO_SLOW = 'A subscription was ended because it takes too long.'

/** Returns the root field of a subscription. Validation ensures that there is only one. */
function rootField(operation: OperationDefinitionNode, document: DocumentNode): FieldNode | undefined {
  const fragments = new Map<string, FragmentDefinitionNode>()
  for (const definition of document.definitions)
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition)
  const find = ({ selections }: SelectionSetNode): FieldNode | undefined => {
    for (const selection of selections) {
      if (selection.kind === Kind.FIELD) return selection
      const inner =
        selection.kind === Kind.INLINE_FRAGMENT
          ? selection.selectionSet
          : fragments.get(selection.name.value)?.selectionSet
      const found = inner && find(inner)
      if (found) return found
    }
    return undefined
  }
  return find(operation.selectionSet)
}

/** Returns the variables that a document uses outside of the arguments of a field. */
function variablesBeside(root: FieldNode, document: DocumentNode): string[] {
  const found = new Set<string>()
  visit(document, {
    VariableDefinition: () => false,
    Argument: (argument) => (root.arguments?.includes(argument) ? false : undefined),
    Variable: ({ name }) => void found.add(name.value),
  })
  return [...found]
}

/** Returns the variables that an operation declares: a renderer is stored, so it must not keep others that a client has sent. */
function declaredIn(
  { variableDefinitions = [] }: OperationDefinitionNode,
  variables: Readonly<Record<string, unknown>>,
) {
  const names = variableDefinitions.map(({ variable }) => variable.name.value)
  return Object.fromEntries(
    names.filter((name) => Object.hasOwn(variables, name)).map((name) => [name, variables[name]]),
  )
}
