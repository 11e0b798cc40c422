// Documents prepared: compiled once, executed often. A document's statements form a tree: at each place where arguments are
// passed, the shape of what is asked leads on, at last to the statement. Values never choose; they become its parameters.
import { createHash } from 'node:crypto'
import {
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  getOperationAST,
  getVariableValues,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  visit,
} from 'graphql'
import { LRUCache } from 'lru-cache'
import { type Scope, scopes } from '../../domain/scope.ts'
import type { ArgumentSite } from '../compiler/argument-site.ts'
import { type Compiled, compile } from '../compiler/compile.ts'
import type { Variables } from '../compiler/selection.ts'
import { Mistake, NotCompilable } from '../not-compilable.ts'
import { placeholderVariables } from './placeholder-variables.ts'

/** A statement with the values of its parameters, or an answer that needs none. */
export type Execution = { name: string; text: string; values: unknown[] } | { known: string }

/** The operation has no statement: a part of it cannot be compiled, its caller lacks a scope, or its arguments are wrong. */
export interface Unprepared {
  unprepared: true
  mistake?: Mistake
}

export const isUnprepared = (execution: Execution | Unprepared): execution is Unprepared => 'unprepared' in execution

/** What is asked for: a document that has passed validation, and what came with it. */
export interface DocumentRequest {
  document: DocumentNode
  operationName?: string | null
  variables?: Record<string, unknown> | null
  /** The scopes of the caller. */
  scopes?: readonly Scope[]
}

interface Options {
  schema: GraphQLSchema
  /** The most memory that prepared documents may take, in bytes. */
  bytes?: number
  /** Called once for each document that cannot be prepared, with the part that has no SQL. */
  onNotCompilable?: (part: string, operation: OperationDefinitionNode) => void
}

/** A step on the way to a statement: the next place to ask at, or the end. */
type Step = { site: ArgumentSite; next: Map<string, Step> } | { end: CompiledStatement | { known: string } }

interface CompiledStatement {
  name: string
  text: string
  /** Which of all bound values are the parameters, in their order. */
  parameters: readonly number[]
}

interface Prepared {
  operation: OperationDefinitionNode
  fragments: Record<string, FragmentDefinitionNode>
  /** The variables that decide what is selected. */
  switches: readonly string[]
  /** By the values of the switches. */
  first: Map<string, Step>
  /** What a caller has to hold to be answered. */
  scopes: Set<Scope>
  bytes: number
  notCompilable: boolean
}

/** About what one step of the tree and one document take beside their texts, in bytes. */
const STEP_BYTES = 200
const DOCUMENT_BYTES = 2000

const DEFAULT_BYTES = 64 * 1024 * 1024

/** The most memory that the statements of one document may take; one that has more of them is of no use to keep. */
const MOST_BYTES_OF_ONE = 2 * 1024 * 1024

export class PreparedDocuments {
  private readonly options: Options
  private readonly cache: LRUCache<OperationDefinitionNode, Prepared>

  constructor(options: Options) {
    this.options = options
    this.cache = new LRUCache({ maxSize: options.bytes ?? DEFAULT_BYTES, sizeCalculation: ({ bytes }) => bytes })
  }

  /** How to answer an operation by one statement. */
  execution({ document, operationName, variables, scopes: held = [] }: DocumentRequest): Execution | Unprepared {
    const operation = getOperationAST(document, operationName)
    if (operation?.operation !== OperationTypeNode.QUERY) return unprepared
    const prepared = this.cache.get(operation) ?? this.add(operation, document)
    if (prepared.notCompilable) return unprepared
    const { coerced } = getVariableValues(this.options.schema, operation.variableDefinitions ?? [], variables ?? {})
    if (!coerced) return unprepared
    try {
      const execution = follow(prepared, coerced) ?? this.compile(prepared, coerced)
      return [...prepared.scopes].every((scope) => held.includes(scope)) ? execution : unprepared
    } catch (error) {
      return this.unpreparedBy(error, prepared, coerced)
    }
  }

  private unpreparedBy(error: unknown, prepared: Prepared, variables: Variables): Unprepared {
    if (error instanceof Mistake) return { unprepared: true, mistake: error }
    if (error instanceof NotCompilable) {
      this.giveUp(prepared, error)
      return unprepared
    }
    // The way to a known statement does not tell whose arguments are wrong: compiling does.
    try {
      this.compile(prepared, variables)
      return unprepared
    } catch (again) {
      return again instanceof Mistake ? { unprepared: true, mistake: again } : unprepared
    }
  }

  /** Compiles each operation of a document before anyone asks, for values that each of its variables might have. */
  prepare(document: DocumentNode): void {
    for (const definition of document.definitions) {
      if (definition.kind !== Kind.OPERATION_DEFINITION) continue
      for (const variables of placeholderVariables(this.options.schema, definition))
        if (!isUnprepared(this.execution({ document, operationName: definition.name?.value, variables, scopes }))) break
    }
  }

  private add(operation: OperationDefinitionNode, document: DocumentNode): Prepared {
    const fragments = document.definitions.filter((each) => each.kind === Kind.FRAGMENT_DEFINITION)
    const prepared: Prepared = {
      operation,
      fragments: Object.fromEntries(fragments.map((each) => [each.name.value, each])),
      switches: switchesOf(document),
      first: new Map(),
      scopes: new Set(),
      bytes: DOCUMENT_BYTES + 10 * (document.loc?.end ?? 1000),
      notCompilable: false,
    }
    this.cache.set(operation, prepared)
    return prepared
  }

  private compile(prepared: Prepared, variables: Variables): Execution {
    const { operation, fragments } = prepared
    const compiled = compile({ schema: this.options.schema, operation, fragments, variables })
    this.keep(prepared, compiled, variables)
    return execute(
      endOf(compiled),
      compiled.bound.flatMap(({ bound }) => bound.values),
    )
  }

  private keep(prepared: Prepared, compiled: Compiled, variables: Variables): void {
    const size = (compiled.text ?? compiled.known ?? '').length * 2 + (compiled.bound.length + 1) * STEP_BYTES
    if (prepared.bytes + size > MOST_BYTES_OF_ONE) {
      prepared.first.clear()
      prepared.bytes = DOCUMENT_BYTES
    }
    for (const scope of compiled.scopes) prepared.scopes.add(scope)
    let steps = prepared.first
    let key = switchKey(prepared, variables)
    for (const { site, bound } of compiled.bound) {
      let step = steps.get(key)
      if (!step || !('site' in step)) {
        step = { site, next: new Map() }
        steps.set(key, step)
      }
      steps = step.next
      key = bound.shape
    }
    steps.set(key, { end: endOf(compiled) })
    prepared.bytes += size
    this.cache.set(prepared.operation, prepared)
  }

  private giveUp(prepared: Prepared, { part }: NotCompilable): void {
    prepared.notCompilable = true
    this.options.onNotCompilable?.(part, prepared.operation)
  }
}

const unprepared: Unprepared = { unprepared: true }

/** The statement that the document has for the variables' shapes, if it has met them before. */
function follow(prepared: Prepared, variables: Variables): Execution | undefined {
  const values: unknown[] = []
  let step = prepared.first.get(switchKey(prepared, variables))
  while (step && 'site' in step) {
    const bound = step.site.bindArguments(variables)
    for (const value of bound.values) values.push(value)
    step = step.next.get(bound.shape)
  }
  return step && execute(step.end, values)
}

function endOf({ text, known = '', parameters }: Compiled): CompiledStatement | { known: string } {
  return text === undefined ? { known } : { name: statementName(text), text, parameters }
}

function execute(end: CompiledStatement | { known: string }, values: readonly unknown[]): Execution {
  if ('known' in end) return end
  const { name, text, parameters } = end
  return { name, text, values: parameters.map((at) => values[at]) }
}

/** A statement's name: the same text has the same name. */
export const statementName = (text: string): string =>
  createHash('sha256').update(text).digest('base64url').slice(0, 22)

const switchKey = ({ switches }: Prepared, variables: Variables) => switches.map((name) => variables[name]).join()

/** The names of the variables in `@skip` and `@include`. */
function switchesOf(document: DocumentNode): string[] {
  const names = new Set<string>()
  visit(document, {
    Directive: ({ name, arguments: given = [] }) => {
      if (name.value !== 'skip' && name.value !== 'include') return
      for (const { value } of given) if (value.kind === Kind.VARIABLE) names.add(value.name.value)
    },
  })
  return [...names].sort()
}
