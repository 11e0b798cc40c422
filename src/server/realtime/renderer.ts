// Renders changes for all subscriptions that select the same fields with the same values: by one statement for many changes, or,
// where the selection has no SQL, change by change through the resolvers.
import {
  type ExecutionArgs,
  execute,
  type FragmentDefinitionNode,
  type GraphQLError,
  Kind,
  type OperationDefinitionNode,
} from 'graphql'
import type { Change } from '../../changelog/change.ts'
import { POINTS_PER_MS, timedFor } from '../../changelog/payer.ts'
import { RENDER_MS } from '../../changelog/subscription-group.ts'
import type { Item, Renderer } from '../../changelog/subscription-query.ts'
import { timeout, type Work } from '../../changelog/work.ts'
import { measure } from '../../db/meter.ts'
import type { Turns } from '../../db/turns.ts'
import { anyone } from '../../domain/scope.ts'
import { type CompiledItems, compileItems, type ItemRow } from '../../query/compiler/subscription-items.ts'
import { NotCompilable } from '../../query/not-compilable.ts'
import type { Feed } from '../../schema/subscription.ts'
import { isLate, isServiceError } from '../graphql/errors.ts'
import type { ItemCache } from './item-cache.ts'

interface ItemRendererOptions {
  /** Tells it from all others. */
  key: string
  args: Pick<ExecutionArgs, 'schema' | 'document' | 'operationName' | 'variableValues'>
  operation: OperationDefinitionNode
  /** The values of the operation's variables. */
  coerced: Record<string, unknown>
  feed: Feed
  /** Which log. */
  epoch: string
  /** How many records one change may read. */
  price: number
  /** How the errors of a delivery are worded. */
  mask: (error: GraphQLError, args: ExecutionArgs) => Error
  cache: ItemCache
  /** Changes that go through the resolvers take turns: they use the connections of everyone. */
  turns: Turns
  /** Called with the part of the selection that has no SQL. */
  onNotCompilable?: (part: string) => void
}

/** How much of what a statement rendered the service puts together and sends for a point of its own time. */
const CHARACTERS_PER_POINT = 200

export class ItemRenderer implements Renderer {
  readonly price: number
  private readonly options: ItemRendererOptions
  private readonly compiled: CompiledItems | undefined
  /** By position; only what was begun since the log last grew. */
  private running = new Map<number, Promise<Item>>()
  private runningAt = 0

  constructor(options: ItemRendererOptions) {
    this.options = options
    this.price = options.price
    this.compiled = compiledOf(options)
  }

  /** Whether changes are rendered by a statement. */
  get isCompiled(): boolean {
    return this.compiled !== undefined
  }

  /** Renders each change once, however many groups need it. */
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

  /** Renders changes through the resolvers, one at a time. Charges the time of the service and of the database. */
  async resolve(changes: readonly Change[], { payer }: Pick<Work, 'payer'>): Promise<Item[]> {
    const items: Item[] = []
    for (const change of changes) {
      const endTurn = await this.options.turns.take(payer.name)
      const start = performance.now()
      const before = process.cpuUsage()
      let inDatabase = 0
      try {
        const { result, milliseconds } = await measure(() => this.resolveOne(change), { timeout: RENDER_MS })
        inDatabase = milliseconds
        items.push(result)
      } finally {
        const { user, system } = process.cpuUsage(before)
        const passed = performance.now() - start
        // The service may do other work meanwhile, and several statements may run at once.
        const spent = Math.max(passed, inDatabase + Math.min(passed, (user + system) / 1000))
        payer.charge(Math.ceil(spent * POINTS_PER_MS))
        endTurn()
      }
    }
    return items
  }

  /** Renders changes by a statement; undefined for what the resolvers have to render. */
  async compute(changes: readonly Change[], { run, payer }: Work): Promise<(Item | undefined)[]> {
    const { feed, epoch } = this.options
    const { statement, print } = this.compiled ?? {}
    if (!print) return changes.map(() => undefined)
    const rows = new Map<string, ItemRow>()
    if (statement) {
      const ids = [...new Set(changes.map(({ entityId }) => entityId))]
      const found = await run<ItemRow>({ ...statement(ids), rowMode: 'array' }, RENDER_MS)
      for (const row of found) rows.set(row[0], row)
    }
    return timedFor(payer, () =>
      changes.map((change) => {
        const text = print(feed.value(change, epoch), rows.get(change.entityId))
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
    if (masked?.some(isLate)) throw timeout('A change took too long to be rendered.')
    // A failure for lack of a database is shown to nobody: the change is read again.
    if (masked?.some(isServiceError)) throw new Error('A change could not be rendered.')
    return { position: change.position, json: JSON.stringify(masked ? { data, errors: masked } : { data }) }
  }
}

/** Undefined where the resolvers have to render: a part has no SQL, or arguments are wrong, which they put into words. */
function compiledOf({
  args,
  operation,
  coerced,
  feed,
  onNotCompilable,
}: ItemRendererOptions): CompiledItems | undefined {
  if (!feed.record) return undefined
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
