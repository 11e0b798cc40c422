// Opens subscriptions, whatever transport carries them: each change is rendered once for all who select the same fields.
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
import { gaps, type Head, positionOf, readHead } from '../../changelog/position.ts'
import type { SubscriptionQuery } from '../../changelog/subscription-query.ts'
import { replaceMergedId, containIds, replaceMergedIds } from '../../changelog/survivors.ts'
import type { LogEnd } from '../../changelog/tail.ts'
import { Lane } from '../../db/lane.ts'
import { Turns } from '../../db/turns.ts'
import { UserError } from '../../domain/errors.ts'
import type { Feed } from '../../schema/subscription.ts'
import { mask, maskWith, unavailable } from '../graphql/errors.ts'
import { FIELD_BY_FIELD } from '../graphql/executor.ts'
import type { HideNames } from '../graphql/schema-names.ts'
import { defaultLimits, limitError, formatCount } from '../limits/limits.ts'
import { compilePrice } from '../limits/price/price.ts'
import { ItemCache } from './item-cache.ts'
import { ItemRenderer } from './renderer.ts'

interface FollowerOptions {
  schema: GraphQLSchema
  /** Where the records are read. */
  url: string
  log: Logger
  /** Rewords errors that would tell what the schema holds. */
  hideNames?: HideNames | undefined
  /** Points that one change may cost. Default: those of one operation. */
  cost?: number | undefined
}

/** Why a subscription was not opened. */
interface RefusedSubscription {
  errors: readonly GraphQLError[]
}

/** One field of Subscription as a document asks for it. */
interface SubscriptionField {
  operation: OperationDefinitionNode
  root: FieldNode
  feed: Feed
  /** Tells it from all others. */
  name: number
  /** The variables that the delivered fields depend on: all but those of the root field's own arguments. */
  variables: readonly string[]
  /** What one change costs, in points. */
  price: (variables: Record<string, unknown>) => number
}

/** How many renderers are remembered beyond the subscriptions that use them. */
const MAX_RENDERERS = 1000

/** The connections for new changes: one judges the filters, the other one renders. */
const LIVE_CONNECTIONS = 2

/** How long, in milliseconds, the filters may take that are judged together. */
const LIVE_MS = 2000

/** The connections for catching up and for filters that are judged apart, and the time limit of such a filter. */
const SLOW_CONNECTIONS = 2
const SLOW_MS = 250

/** Queues are bounded by the number of groups and subscribers: each has one statement at a time. */
const unbounded = { waitingPerCaller: Number.POSITIVE_INFINITY, waiting: Number.POSITIVE_INFINITY }

/** Opens subscriptions over the change log. */
export class Follower {
  /** Whether new changes reach the subscribers. */
  isReady = (): boolean => false
  /** Looks at the log now, which may be another one than is known. */
  look = async (): Promise<void> => {}
  private readonly options: FollowerOptions
  private readonly known = new WeakMap<OperationDefinitionNode, SubscriptionField>()
  private readonly renderers = new LRUCache<string, ItemRenderer>({ max: MAX_RENDERERS })
  private readonly cache = new ItemCache()
  private readonly live: Lane
  private readonly slow: Lane
  private readonly turns = new Turns({ capacity: 1, perCaller: 1 })
  private named = 0
  private fanOut: FanOut | undefined
  private epoch = ''

  constructor(options: FollowerOptions) {
    const { url } = options
    this.options = options
    this.live = new Lane(url, { connections: LIVE_CONNECTIONS, statementTimeout: LIVE_MS, ...unbounded })
    this.slow = new Lane(url, { connections: SLOW_CONNECTIONS, statementTimeout: SLOW_MS, ...unbounded })
  }

  /** How many follow. */
  get size(): number {
    return this.fanOut?.size ?? 0
  }

  /** For how many milliseconds nothing was delivered although the log has more. */
  get lag(): number {
    return this.fanOut?.lag ?? 0
  }

  /** From when on subscriptions can be opened. What was followed until then ends for the reason given. */
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

  /** Which log, and how far it is known: all data that is read now is of this state or a later one. */
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

  /** Continues after the id that the client was sent last, or else after the `after` of the field, or else from now. */
  async open(args: ExecutionArgs, payer: Payer, lastEventId?: string): Promise<FeedStream | RefusedSubscription> {
    const opened = await this.stream(args, payer, lastEventId)
    return 'errors' in opened ? { errors: opened.errors.map((error) => this.mask(error, args)) } : opened
  }

  private mask(error: GraphQLError, args: ExecutionArgs): GraphQLError {
    const { hideNames, log } = this.options
    return maskWith(log)(hideNames ? hideNames(error, args) : error)
  }

  private async stream(args: ExecutionArgs, payer: Payer, lastEventId?: string): Promise<FeedStream | RefusedSubscription> {
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
    const asked = this.subscribing(operation, args.document)
    const field = asked && schema.getSubscriptionType()?.getFields()[asked.root.name.value]
    if (!asked || !field)
      return {
        errors: [new GraphQLError('A subscription must select exactly one field: select one field of Subscription.')],
      }
    const { root, feed } = asked
    try {
      const { after, ...values } = getArgumentValues(field, root, coerced)
      feed.filter(values as never)
      const first = this.fanOut
      const asOf = first?.head
      const survivors = feed.followsMerges ? await replaceMergedIds(values) : values
      const cursor = lastEventId ?? (after as string | null | undefined)
      const given = cursor == null ? undefined : positionOf(cursor, await this.endOfLog())
      // From here on nothing waits: the log may be replaced by another one at any time.
      const { fanOut, epoch } = this
      if (!fanOut) throw unavailable()
      const position = given ?? fanOut.head
      const { key, renderer } = this.rendering(asked, args, coerced)
      const price = renderer.price * FIELD_BY_FIELD
      if (!renderer.isCompiled && price > cost) throw refuseResolved(price, cost)
      const followsMerges = feed.followsMerges && containIds(values)
      const queryFor = (asked: object): SubscriptionQuery => {
        const { filter, price: filterPrice } = feed.filter(asked as never)
        const merged = (merge: Merge) => {
          const replaced = replaceMergedId(asked, merge)
          return replaced && queryFor(replaced)
        }
        return {
          key: `${key} ${JSON.stringify(values)}`,
          filter,
          filterPrice,
          select: feed.select,
          renderer,
          merged: followsMerges ? merged : undefined,
        }
      }
      const query = queryFor(survivors)
      const known = fanOut === first ? asOf : 0
      return { epoch, after: position, subscribe: (sink) => fanOut.follow(query, position, sink, payer, known) }
    } catch (error) {
      const name = root.alias?.value ?? root.name.value
      const original = error instanceof UserError || error instanceof GraphQLError ? error : unavailable(error)
      return { errors: [new GraphQLError(original.message, { nodes: root, path: [name], originalError: original })] }
    }
  }

  /** Where the log ends in the database, once that is the log that is followed. */
  private async endOfLog(): Promise<Head> {
    const head = await readHead('service')
    if (head.epoch !== this.epoch) await this.look()
    if (head.epoch !== this.epoch) throw unavailable()
    return head
  }

  private subscribing(operation: OperationDefinitionNode, document: DocumentNode): SubscriptionField | undefined {
    const known = this.known.get(operation)
    if (known) return known
    const { schema } = this.options
    const root = rootField(operation, document)
    const field = root && schema.getSubscriptionType()?.getFields()[root.name.value]
    if (!root || !field) return undefined
    const price = compilePrice(schema, document, operation)
    const made: SubscriptionField = {
      operation,
      root,
      feed: field.extensions.feed as Feed,
      name: this.named++,
      variables: variablesBeside(root, document),
      price: (variables) => price(variables).perEvent,
    }
    this.known.set(operation, made)
    return made
  }

  /** How a change is rendered for all who select the same fields with the same values, whichever changes they want. */
  private rendering(
    { name, operation, feed, variables, price }: SubscriptionField,
    { document, operationName, variableValues }: ExecutionArgs,
    coerced: Record<string, unknown>,
  ): { key: string; renderer: ItemRenderer } {
    const given = variables.filter((each) => each in coerced).map((each) => [each, coerced[each]])
    const key = JSON.stringify([name, given])
    const { schema, log } = this.options
    const renderer =
      this.renderers.get(key) ??
      new ItemRenderer({
        key,
        args: { schema, document, operationName, variableValues },
        operation,
        coerced,
        feed,
        epoch: this.epoch,
        price: price(variableValues ?? {}),
        mask: (error, asked) => this.mask(error, asked),
        cache: this.cache,
        turns: this.turns,
        onNotCompilable: (part) =>
          log.debug({ operation: operation.name?.value, part }, 'A subscription is rendered by the resolvers.'),
      })
    this.renderers.set(key, renderer)
    return { key, renderer }
  }
}

/** The answer to subscriptions where there is no follower. */
export const withoutFollower = (): RefusedSubscription => {
  const originalError = unavailable()
  return { errors: [mask(new GraphQLError(originalError.message, { originalError }))] }
}

/** The refusal of a selection that has no statement, and costs too much to be rendered field by field. */
function refuseResolved(requested: number, allowed: number): GraphQLError {
  const message = `A change of this subscription cannot be rendered by one statement, and costs ${formatCount(requested)} points field by field, ${formatCount(requested - allowed)} more than the ${formatCount(allowed)} allowed: select less.`
  return limitError(message, { limit: 'cost', allowed, requested })
}

const TOO_SLOW = 'A subscription was ended because it takes too long.'

/** The one field of a subscription; validation has seen to it that there is no more. */
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

/** The variables that a document uses elsewhere than in the arguments of one field. */
function variablesBeside(root: FieldNode, document: DocumentNode): string[] {
  const found = new Set<string>()
  visit(document, {
    VariableDefinition: () => false,
    Argument: (argument) => (root.arguments?.includes(argument) ? false : undefined),
    Variable: ({ name }) => void found.add(name.value),
  })
  return [...found]
}
