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
import { type CompiledOperation, compile } from '../compiler/compile.ts'
import type { CoercedVariables } from '../compiler/selection.ts'
import { InvalidArguments, NotCompilable } from '../not-compilable.ts'
import { placeholderVariables } from './placeholder-variables.ts'

/** A statement with the values of its parameters, or an answer that needs none. */
export type Execution = { name: string; text: string; values: unknown[] } | { constantData: string }

/** The operation has no statement: a part of it cannot be compiled, its caller lacks a scope, or its arguments are wrong. */
export interface Unprepared {
  unprepared: true
  invalidArguments?: InvalidArguments
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
  maxBytes?: number
  /** Called once for each document that cannot be prepared, with the part that has no SQL. */
  onNotCompilable?: (part: string, operation: OperationDefinitionNode) => void
}

/** A step on the way to a statement: the next place to ask at, or the end. */
type TreeNode =
  | { site: ArgumentSite; children: Map<string, TreeNode> }
  | { leaf: CompiledStatement | { constantData: string } }

interface CompiledStatement {
  name: string
  text: string
  /** Which of all bound values are the parameters, in their order. */
  parameterIndexes: readonly number[]
}

interface PreparedDocument {
  operation: OperationDefinitionNode
  fragments: Record<string, FragmentDefinitionNode>
  /** The variables that decide what is selected. */
  directiveVariables: readonly string[]
  /** By the values of the switches. */
  roots: Map<string, TreeNode>
  /** What a caller has to hold to be answered. */
  scopes: Set<Scope>
  size: number
  notCompilable: boolean
}

/** About what one step of the tree and one document take beside their texts, in bytes. */
const TREE_NODE_BYTES = 200
const DOCUMENT_BYTES = 2000

const DEFAULT_MAX_BYTES = 64 * 1024 * 1024

/** The most memory that the statements of one document may take; one that has more of them is of no use to keep. */
const MAX_BYTES_PER_DOCUMENT = 2 * 1024 * 1024

export class PreparedDocuments {
  private readonly options: Options
  private readonly cache: LRUCache<OperationDefinitionNode, PreparedDocument>

  constructor(options: Options) {
    this.options = options
    this.cache = new LRUCache({
      maxSize: options.maxBytes ?? DEFAULT_MAX_BYTES,
      sizeCalculation: ({ size: bytes }) => bytes,
    })
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
      const execution = lookUp(prepared, coerced) ?? this.compile(prepared, coerced)
      return [...prepared.scopes].every((scope) => held.includes(scope)) ? execution : unprepared
    } catch (error) {
      return this.toUnprepared(error, prepared, coerced)
    }
  }

  private toUnprepared(error: unknown, prepared: PreparedDocument, variables: CoercedVariables): Unprepared {
    if (error instanceof InvalidArguments) return { unprepared: true, invalidArguments: error }
    if (error instanceof NotCompilable) {
      this.markNotCompilable(prepared, error)
      return unprepared
    }
    // The way to a known statement does not tell whose arguments are wrong: compiling does.
    try {
      this.compile(prepared, variables)
      return unprepared
    } catch (again) {
      return again instanceof InvalidArguments ? { unprepared: true, invalidArguments: again } : unprepared
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

  private add(operation: OperationDefinitionNode, document: DocumentNode): PreparedDocument {
    const fragments = document.definitions.filter((each) => each.kind === Kind.FRAGMENT_DEFINITION)
    const prepared: PreparedDocument = {
      operation,
      fragments: Object.fromEntries(fragments.map((each) => [each.name.value, each])),
      directiveVariables: directiveVariablesOf(document),
      roots: new Map(),
      scopes: new Set(),
      size: DOCUMENT_BYTES + 10 * (document.loc?.end ?? 1000),
      notCompilable: false,
    }
    this.cache.set(operation, prepared)
    return prepared
  }

  private compile(prepared: PreparedDocument, variables: CoercedVariables): Execution {
    const { operation, fragments } = prepared
    const compiled = compile({ schema: this.options.schema, operation, fragments, variables })
    this.insert(prepared, compiled, variables)
    return executionOf(
      leafOf(compiled),
      compiled.boundSites.flatMap(({ boundArguments: bound }) => bound.values),
    )
  }

  private insert(prepared: PreparedDocument, compiled: CompiledOperation, variables: CoercedVariables): void {
    const size =
      (compiled.text ?? compiled.constantData ?? '').length * 2 + (compiled.boundSites.length + 1) * TREE_NODE_BYTES
    if (prepared.size + size > MAX_BYTES_PER_DOCUMENT) {
      prepared.roots.clear()
      prepared.size = DOCUMENT_BYTES
    }
    for (const scope of compiled.scopes) prepared.scopes.add(scope)
    let steps = prepared.roots
    let key = rootKey(prepared, variables)
    for (const { site, boundArguments: bound } of compiled.boundSites) {
      let step = steps.get(key)
      if (!step || !('site' in step)) {
        step = { site, children: new Map() }
        steps.set(key, step)
      }
      steps = step.children
      key = bound.shape
    }
    steps.set(key, { leaf: leafOf(compiled) })
    prepared.size += size
    this.cache.set(prepared.operation, prepared)
  }

  private markNotCompilable(prepared: PreparedDocument, { part }: NotCompilable): void {
    prepared.notCompilable = true
    this.options.onNotCompilable?.(part, prepared.operation)
  }
}

const unprepared: Unprepared = { unprepared: true }

/** The statement that the document has for the variables' shapes, if it has met them before. */
function lookUp(prepared: PreparedDocument, variables: CoercedVariables): Execution | undefined {
  const values: unknown[] = []
  let step = prepared.roots.get(rootKey(prepared, variables))
  while (step && 'site' in step) {
    const bound = step.site.bindArguments(variables)
    for (const value of bound.values) values.push(value)
    step = step.children.get(bound.shape)
  }
  return step && executionOf(step.leaf, values)
}

function leafOf({
  text,
  constantData = '',
  parameterIndexes,
}: CompiledOperation): CompiledStatement | { constantData: string } {
  return text === undefined ? { constantData } : { name: statementName(text), text, parameterIndexes }
}

function executionOf(leaf: CompiledStatement | { constantData: string }, values: readonly unknown[]): Execution {
  if ('constantData' in leaf) return leaf
  const { name, text, parameterIndexes } = leaf
  return { name, text, values: parameterIndexes.map((index) => values[index]) }
}

/** A statement's name: the same text has the same name. */
export const statementName = (text: string): string =>
  createHash('sha256').update(text).digest('base64url').slice(0, 22)

const rootKey = ({ directiveVariables: switches }: PreparedDocument, variables: CoercedVariables) =>
  switches.map((name) => variables[name]).join()

/** The names of the variables in `@skip` and `@include`. */
function directiveVariablesOf(document: DocumentNode): string[] {
  const names = new Set<string>()
  visit(document, {
    Directive: ({ name, arguments: given = [] }) => {
      if (name.value !== 'skip' && name.value !== 'include') return
      for (const { value } of given) if (value.kind === Kind.VARIABLE) names.add(value.name.value)
    },
  })
  return [...names].sort()
}
