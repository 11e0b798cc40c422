// Opens subscriptions, whatever transport carries them: each change is executed and put into text once for all who ask alike.
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
  visit,
} from 'graphql'
import { LRUCache } from 'lru-cache'
import { DomainError } from '../domain/errors.ts'
import { anyone } from '../domain/scope.ts'
import { FanOut } from '../log/fan-out.ts'
import { positionOf, readHead } from '../log/position.ts'
import type { Item, Question } from '../log/question.ts'
import type { Change } from '../log/read.ts'
import type { Feed } from '../schema/subscription.ts'
import { isOurFault, unavailable } from './errors.ts'
import { FeedStream } from './stream.ts'

interface FollowerOptions {
  schema: GraphQLSchema
  /** How the errors of a delivery are worded. */
  mask: (error: GraphQLError, asked: ExecutionArgs) => Error
}

/** One field of Subscription as a document asks for it. */
interface Subscribing {
  operation: OperationDefinitionNode
  root: FieldNode
  feed: Feed
  /** Tells it from all others. */
  name: number
  /** The variables that what is delivered depends on: all but those of the field's own arguments. */
  variables: readonly string[]
}

type Render = (change: Change) => Promise<Item>

/** How many ways to render are remembered beyond the subscriptions that use them. */
const MOST_RENDERS = 1000

/** Opens subscriptions over the change log. */
export class Follower {
  /** Whether what is added now reaches those who follow. */
  isReady = (): boolean => false
  private readonly options: FollowerOptions
  private readonly known = new WeakMap<OperationDefinitionNode, Subscribing>()
  private readonly renders = new LRUCache<string, Render>({ max: MOST_RENDERS })
  private named = 0
  private fanOut: FanOut | undefined
  private epoch = ''

  constructor(options: FollowerOptions) {
    this.options = options
  }

  /** How many follow. */
  get size(): number {
    return this.fanOut?.size ?? 0
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

  /** Continues after the id that the client was sent last, else after the `after` of the field, else from now. */
  async open(args: ExecutionArgs, lastEventId?: string | null): Promise<FeedStream | { errors: readonly Error[] }> {
    const opened = await this.stream(args, lastEventId)
    if (opened instanceof FeedStream) return opened
    return { errors: (opened.errors ?? []).map((error) => this.options.mask(error, args)) }
  }

  private async stream(args: ExecutionArgs, lastEventId?: string | null): Promise<FeedStream | ExecutionResult> {
    const { schema } = this.options
    const operation = getOperationAST(args.document, args.operationName)
    if (!operation) return { errors: [new GraphQLError('Pass the operationName of one operation of the document.')] }
    const { coerced, errors } = getVariableValues(
      schema,
      operation.variableDefinitions ?? [],
      args.variableValues ?? {},
    )
    if (!coerced) return { errors }
    const asked = this.subscribing(operation, args.document)
    const field = asked && schema.getSubscriptionType()?.getFields()[asked.root.name.value]
    if (!asked || !field) return { errors: [new GraphQLError('Ask for one field of Subscription.')] }
    const { root, feed } = asked
    try {
      const { after, ...values } = getArgumentValues(field, root, coerced)
      const wish = feed.wish(values as never)
      const { fanOut } = this
      if (!fanOut) throw unavailable()
      const cursor = lastEventId ?? (after as string | null | undefined)
      const position = cursor == null ? fanOut.head : positionOf(cursor, await readHead('service'))
      const { key, render } = this.rendering(asked, args, coerced)
      const question: Question = { key: `${key} ${JSON.stringify(values)}`, wish, choose: feed.choose, render }
      return new FeedStream({
        epoch: this.epoch,
        after: position,
        follow: (from, sink) => fanOut.read(question, from, sink),
      })
    } catch (error) {
      const name = root.alias?.value ?? root.name.value
      const original = error instanceof DomainError || error instanceof GraphQLError ? error : unavailable(error)
      return { errors: [new GraphQLError(original.message, { nodes: root, path: [name], originalError: original })] }
    }
  }

  private subscribing(operation: OperationDefinitionNode, document: DocumentNode): Subscribing | undefined {
    const known = this.known.get(operation)
    if (known) return known
    const root = rootField(operation, document)
    const field = root && this.options.schema.getSubscriptionType()?.getFields()[root.name.value]
    if (!root || !field) return undefined
    const feed = field.extensions.feed as Feed
    const made = { operation, root, feed, name: this.named++, variables: variablesBeside(root, document) }
    this.known.set(operation, made)
    return made
  }

  /** How a change is rendered for all who ask for the same fields with the same values, whichever changes they want. */
  private rendering(
    { name, feed, variables }: Subscribing,
    { document, operationName, variableValues }: ExecutionArgs,
    coerced: Record<string, unknown>,
  ): { key: string; render: Render } {
    const given = variables.filter((each) => each in coerced).map((each) => [each, coerced[each]])
    const key = JSON.stringify([name, given])
    const known = this.renders.get(key)
    if (known) return { key, render: known }
    const rendered = new WeakMap<Change, Promise<Item>>()
    const asked = { schema: this.options.schema, document, operationName, variableValues }
    const render = (change: Change) => {
      const done = rendered.get(change) ?? this.render(asked, feed, change)
      rendered.set(change, done)
      done.catch(() => rendered.delete(change))
      return done
    }
    this.renders.set(key, render)
    return { key, render }
  }

  private async render(asked: ExecutionArgs, feed: Feed, change: Change): Promise<Item> {
    const rootValue = feed.value(change, this.epoch)
    const { data, errors } = await execute({ ...asked, rootValue, contextValue: { viewer: anyone } })
    const masked = errors?.map((error) => this.options.mask(error, asked))
    // What failed for want of a database is not for anyone to see: it is read again.
    if (masked?.some(isOurFault)) throw new Error('A change could not be rendered.')
    return { position: change.position, json: JSON.stringify(masked ? { data, errors: masked } : { data }) }
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
