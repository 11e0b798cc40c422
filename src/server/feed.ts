// Subscriptions: opened once for all who ask the same, by one execution a change, whatever transport carries them.
import {
  type DocumentNode,
  type ExecutionArgs,
  type ExecutionResult,
  execute,
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
} from 'graphql'
import type { Plugin, YogaInitialContext } from 'graphql-yoga'
import type { Logger } from 'pino'
import { DomainError } from '../domain/errors.ts'
import { anyone } from '../domain/scope.ts'
import { FanOut, type Item, type Reader } from '../log/fan-out.ts'
import { feedCursor, positionOf, readHead } from '../log/position.ts'
import type { Change } from '../log/read.ts'
import { Tailer } from '../log/tail.ts'
import type { Feed, Following } from '../schema/subscription.ts'
import { isOurFault, maskWith, unavailable } from './errors.ts'
import { noteStream } from './sse.ts'

interface FollowerOptions {
  schema: GraphQLSchema
  /** How the errors of a delivery are worded. */
  mask: (error: unknown) => Error
}

/** A subscription that was opened. */
export class FeedStream implements AsyncIterableIterator<ExecutionResult> {
  readonly reader: Reader
  /** The cursor after which it began. */
  readonly start: string
  private readonly epoch: string
  private pending: Item[] = []

  constructor(reader: Reader, epoch: string) {
    this.reader = reader
    this.epoch = epoch
    this.start = this.cursorOf(reader.position)
  }

  readonly cursorOf = (position: number): string => feedCursor(this.epoch, position)

  async next(): Promise<IteratorResult<ExecutionResult, undefined>> {
    while (this.pending.length === 0) {
      const { done, value } = await this.reader.next()
      if (done) return { done: true, value: undefined }
      this.pending = [...value]
    }
    const item = this.pending.shift() as Item
    return { done: false, value: JSON.parse(item.json) as ExecutionResult }
  }

  async return(): Promise<IteratorResult<ExecutionResult, undefined>> {
    this.reader.stop()
    return { done: true, value: undefined }
  }

  [Symbol.asyncIterator](): this {
    return this
  }
}

/** Opens subscriptions over the change log. */
export class Follower {
  /** Whether what is added now reaches those who follow. */
  isReady = (): boolean => false
  private readonly options: FollowerOptions
  private readonly names = new WeakMap<DocumentNode, number>()
  private named = 0
  private fanOut: FanOut | undefined
  private epoch = ''

  constructor(options: FollowerOptions) {
    this.options = options
  }

  /** From when on subscriptions can be opened. */
  begin(epoch: string, head: number): void {
    this.epoch = epoch
    this.fanOut = new FanOut(head)
  }

  spread(changes: readonly Change[]): void {
    this.fanOut?.spread(changes)
  }

  /** Which log, and how far it is known: all data that is read now is of this state or a later one. */
  version(): string | undefined {
    return this.fanOut && this.isReady() ? `${this.epoch} ${this.fanOut.head}` : undefined
  }

  /** Ends all subscriptions. */
  end(): void {
    this.fanOut?.end()
  }

  /** Goes on after the `after` of the field, else after the given cursor, else from now. */
  async open(args: ExecutionArgs, lastEventId?: string | null): Promise<FeedStream | ExecutionResult> {
    const { schema } = this.options
    const operation = getOperationAST(args.document, args.operationName)
    if (!operation) return { errors: [new GraphQLError('Pass the operationName of one operation of the document.')] }
    const { coerced, errors } = getVariableValues(
      schema,
      operation.variableDefinitions ?? [],
      args.variableValues ?? {},
    )
    if (!coerced) return { errors }
    const root = rootField(operation, args.document)
    const field = root && schema.getSubscriptionType()?.getFields()[root.name.value]
    if (!root || !field) return { errors: [new GraphQLError('Ask for one field of Subscription.')] }
    try {
      const values = getArgumentValues(field, root, coerced)
      const following = (field.extensions.feed as Feed)(values as never)
      const after = (values.after as string | null | undefined) ?? lastEventId
      if (!this.fanOut) throw unavailable()
      const position = after == null ? undefined : positionOf(after, await readHead())
      const key = this.keyOf(args, operation, root, coerced)
      const render = (changes: readonly Change[]) => this.render(args, following, changes)
      return new FeedStream(this.fanOut.read(key, render, position), this.epoch)
    } catch (error) {
      const name = root.alias?.value ?? root.name.value
      const original = error instanceof DomainError || error instanceof GraphQLError ? error : unavailable(error)
      return { errors: [new GraphQLError(original.message, { nodes: root, path: [name], originalError: original })] }
    }
  }

  /** One result for each change that is wanted. */
  private async render(args: ExecutionArgs, following: Following, changes: readonly Change[]): Promise<Item[]> {
    const wanted = await following(changes, this.epoch)
    return Promise.all(
      wanted.map(async ({ change, value }) => {
        const { data, errors } = await execute({
          schema: this.options.schema,
          document: args.document,
          operationName: args.operationName,
          variableValues: args.variableValues,
          rootValue: value,
          contextValue: { viewer: anyone },
        })
        const masked = errors?.map((error) => this.options.mask(error))
        // What failed for want of a database is not for anyone to see: it is read again.
        if (masked?.some(isOurFault)) throw new Error('A change could not be rendered.')
        return { position: change.position, json: JSON.stringify(masked ? { data, errors: masked } : { data }) }
      }),
    )
  }

  /** The same for all who are given the same. */
  private keyOf(
    { document, operationName }: ExecutionArgs,
    operation: OperationDefinitionNode,
    root: FieldNode,
    coerced: Record<string, unknown>,
  ): string {
    let name = this.names.get(document)
    if (name === undefined) {
      name = this.named++
      this.names.set(document, name)
    }
    const after = root.arguments?.find((argument) => argument.name.value === 'after')?.value
    const passedOver = after?.kind === Kind.VARIABLE ? after.name.value : undefined
    const variables = operation.variableDefinitions
      ?.map(({ variable }) => variable.name.value)
      .filter((each) => each !== passedOver)
      .map((each) => [each, coerced[each]])
    return JSON.stringify([name, operationName, variables])
  }
}

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

export interface RunningFeed {
  follower: Follower
  stop(): Promise<void>
}

/** Reads the log as it grows, by a direct connection to the database, and spreads it to those who follow it. */
export async function startFollowing(options: {
  url: string
  schema: GraphQLSchema
  log: Logger
}): Promise<RunningFeed> {
  const { url, schema, log } = options
  const follower = new Follower({ schema, mask: maskWith(log) })
  const tailer = new Tailer({
    url,
    onChanges: (changes) => follower.spread(changes),
    onProblem: (err) => log.warn({ err }, 'The change log cannot be followed: it is tried again.'),
  })
  await tailer.start()
  const { epoch } = await readHead()
  if (tailer.head !== undefined) follower.begin(epoch, tailer.head)
  follower.isReady = () => tailer.ready
  return { follower, stop: () => tailer.stop() }
}

/** Serves the subscriptions that come over HTTP. */
export const useFollower = (follower: Follower): Plugin<YogaInitialContext> => ({
  onSubscribe: ({ setSubscribeFn }) =>
    setSubscribeFn(async (args: ExecutionArgs) => {
      const { request } = args.contextValue as YogaInitialContext
      const result = await follower.open(args, request.headers.get('last-event-id'))
      if (result instanceof FeedStream) noteStream(request, result)
      return result
    }),
})
