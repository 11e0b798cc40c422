// Renders changes for all subscriptions with the same selection and variables: with one statement for many changes, or, if the
// selection does not compile to SQL, with the resolvers, one change at a time.
import {
  type ExecutionArgs,
  execute,
  type FragmentDefinitionNode,
  type GraphQLError,
  Kind,
  type OperationDefinitionNode,
} from 'graphql'
import type { Change } from '../../changelog/change.ts'
import { chargeCpuTime, POINTS_PER_MS } from '../../changelog/payer.ts'
import { RENDER_MS } from '../../changelog/subscription-group.ts'
import type { Item, Renderer } from '../../changelog/subscription-query.ts'
import { timeout, type Work } from '../../changelog/work.ts'
import { measure } from '../../db/meter.ts'
import type { Turns } from '../../db/turns.ts'
import { anyone } from '../../domain/scope.ts'
import { type CompiledItems, compileItems, type ItemRow } from '../../query/compiler/subscription-items.ts'
import { NotCompilable } from '../../query/not-compilable.ts'
import { callerErrorOf } from '../../query/statement-error.ts'
import type { Feed } from '../../schema/subscription.ts'
import { isDatabaseTimeout, isServiceError } from '../graphql/errors.ts'
import type { ItemCache } from './item-cache.ts'

interface ItemRendererOptions {
  /** Identifies the renderer. */
  key: string
  args: Pick<ExecutionArgs, 'schema' | 'document' | 'operationName' | 'variableValues'>
  operation: OperationDefinitionNode
  /** The coerced values of the operation's variables. */
  coerced: Record<string, unknown>
  feed: Feed
  /** The epoch of the log. */
  epoch: string
  /** An estimate of the records that rendering one change reads. */
  price: number
  /** Masks and logs the errors of an item. */
  mask: (error: GraphQLError, args: ExecutionArgs) => Error
  cache: ItemCache
  /** The turns for changes that the resolvers render, because they use connections that all requests share. */
  turns: Turns
  /** The time limit of a statement, and of a change that the resolvers render, in milliseconds. Default: `RENDER_MS`. */
  timeout?: number
  /** Called with the part of the selection that does not compile to SQL. */
  onNotCompilable?: (part: string) => void
}

/** The number of rendered characters that the service assembles and sends for one point. */
const CHARACTERS_PER_POINT = 200

/** Renders the changes of one selection. Caches items and shares running work. */
export class ItemRenderer implements Renderer {
  readonly price: number
  private readonly options: ItemRendererOptions
  private readonly timeout: number
  private readonly compiled: CompiledItems | undefined
  /** The items being rendered, by position. Cleared when the log grows. */
  private running = new Map<number, Promise<Item>>()
  private runningAt = 0

  constructor(options: ItemRendererOptions) {
    this.options = options
    this.price = options.price
    this.timeout = options.timeout ?? RENDER_MS
    this.compiled = compiledOf(options)
  }

  /** Whether a statement renders changes. */
  get isCompiled(): boolean {
    return this.compiled !== undefined
  }

  /** Renders changes. A change that several groups need is rendered once. */
  render(changes: readonly Change[], work: Work): Promise<Item[]> {
    const { key, cache } = this.options
    if (this.runningAt !== cache.head) {
      this.running = new Map()
      this.runningAt = cache.head
    }
    const missing = changes.filter(({ position }) => !this.running.has(position) && !cache.get(key, position))
    if (missing.length > 0) this.start(missing, work)
    return Promise.all(changes.map(({ position }) => this.running.get(position) ?? (cache.get(key, position) as Item)))
  }

  /** Renders changes with the resolvers, one at a time. Charges the time of the service and of the database. */
  async resolve(changes: readonly Change[], { payer }: Pick<Work, 'payer'>): Promise<Item[]> {
    const items: Item[] = []
    for (const change of changes) {
      const endTurn = await this.options.turns.take(payer.name)
      const start = performance.now()
      const before = process.cpuUsage()
      let inDatabase = 0
      try {
        const { result, milliseconds } = await measure(() => this.resolveOne(change), { timeout: this.timeout })
        inDatabase = milliseconds
        items.push(result)
      } finally {
        const { user, system } = process.cpuUsage(before)
        const passed = performance.now() - start
        // Elapsed time includes other work of the service, and the durations of parallel statements overlap.
        const spent = Math.max(passed, inDatabase + Math.min(passed, (user + system) / 1000))
        payer.charge(Math.ceil(spent * POINTS_PER_MS))
        endTurn()
      }
    }
    return items
  }

  /** Renders changes with a statement. Returns undefined for each change that only the resolvers can render. */
  async compute(changes: readonly Change[], { run, payer }: Work): Promise<(Item | undefined)[]> {
    const { feed, epoch } = this.options
    // An item that contains the record of a change is rendered from the record, any other from the change itself.
    const keyOf = ({ entityId, position }: Change) => (feed.record.field === undefined ? String(position) : entityId)
    const { statement, print } = this.compiled ?? {}
    if (!print) return changes.map(() => undefined)
    const rows = new Map<string, ItemRow>()
    if (statement) {
      const ids = [...new Set(changes.map(keyOf))]
      const found = await run<ItemRow>({ ...statement(ids), rowMode: 'array' }, this.timeout).catch(
        (error: unknown) => {
          // The resolvers deliver this error, in the changes that it concerns.
          if (!callerErrorOf(error)) throw error
        },
      )
      if (!found) return changes.map(() => undefined)
      for (const row of found) rows.set(String(row[0]), row)
    }
    return chargeCpuTime(payer, () =>
      changes.map((change) => {
        const text = print(feed.value(change, epoch), rows.get(keyOf(change)))
        return text === undefined ? undefined : { position: change.position, json: `{"data":${text}}` }
      }),
    )
  }

  private start(changes: readonly Change[], work: Work): void {
    const { key, cache } = this.options
    const { head } = cache
    const { running } = this
    const all = this.renderNew(changes, work)
    for (const [i, { position }] of changes.entries()) {
      const one = all
        .then((items) => {
          const item = items[i] as Item
          cache.set(key, item, head)
          return item
        })
        .finally(() => running.delete(position))
      one.catch(() => {})
      running.set(position, one)
    }
  }

  private async renderNew(changes: readonly Change[], work: Work): Promise<Item[]> {
    const computed = await this.compute(changes, work)
    const characters = computed.reduce((sum, item) => sum + (item?.json.length ?? 0), 0)
    work.payer.charge(Math.ceil(characters / CHARACTERS_PER_POINT))
    const left = changes.filter((_, i) => !computed[i])
    const resolved = left.length > 0 ? await this.resolve(left, work) : []
    return computed.map((item) => item ?? (resolved.shift() as Item))
  }

  private async resolveOne(change: Change): Promise<Item> {
    const { args, feed, epoch, mask } = this.options
    const rootValue = feed.value(change, epoch)
    const { data, errors } = await execute({ ...args, rootValue, contextValue: { viewer: anyone } })
    const masked = errors?.map((error) => mask(error, args))
    if (masked?.some(isDatabaseTimeout)) throw timeout('A change took too long to be rendered.')
    // A service error is not delivered: the change is rendered again.
    if (masked?.some(isServiceError)) throw new Error('A change could not be rendered.')
    return { position: change.position, json: JSON.stringify(masked ? { data, errors: masked } : { data }) }
  }
}

/** Compiles the selection. Returns undefined if the resolvers must render it: it does not compile, or has invalid arguments. */
function compiledOf({
  args,
  operation,
  coerced,
  feed,
  onNotCompilable,
}: ItemRendererOptions): CompiledItems | undefined {
  const fragments: Record<string, FragmentDefinitionNode> = {}
  for (const definition of args.document.definitions)
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments[definition.name.value] = definition
  try {
    return compileItems({ schema: args.schema, operation, fragments, variables: coerced }, feed.record)
  } catch (error) {
    if (error instanceof NotCompilable) onNotCompilable?.(error.part)
    return undefined
  }
}
