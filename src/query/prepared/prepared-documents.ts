// The cache of prepared documents: a document is compiled once and executed often. The statements of a document are the leaves of a
// tree. Each inner node is an argument site, and its children are the shapes of the bound arguments. The values of the arguments
// become the parameters of the statement; they do not select it.
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
import { startCpuTimer } from '../../db/cpu-timer.ts'
import { type Scope, scopes } from '../../domain/scope.ts'
import type { ArgumentSite } from '../compiler/argument-site.ts'
import { type CompiledOperation, compile, type Rest } from '../compiler/compile.ts'
import type { CoercedVariables } from '../compiler/selection.ts'
import { InvalidArguments } from '../invalid-arguments.ts'
import { NotCompilable } from '../not-compilable.ts'
import { placeholderVariables } from './placeholder-variables.ts'

/**
 * A statement with the values of its parameters, and the error if it returns NULL, or the constant `data` of a response that reads no
 * row.
 */
export type Execution = { name: string; text: string; values: unknown[]; missing?: string } | { constantData: string }

/** No statement answers the request: a part has no SQL, the caller lacks a scope, or the arguments or variables are not valid. */
export interface Unprepared {
  unprepared: true
  invalidArguments?: InvalidArguments
  /** A scope that the caller lacks. */
  missingScope?: Scope
}

/** Returns whether a request has no statement. */
export const isUnprepared = (execution: Execution | Unprepared): execution is Unprepared => 'unprepared' in execution

/** A request: a validated document, the operation and its variables, and the scopes of the caller. */
export interface DocumentRequest {
  document: DocumentNode
  operationName?: string | null
  variables?: Record<string, unknown> | null
  /** The scopes of the caller. */
  scopes?: readonly Scope[]
  /** Called each time a statement was compiled, or could not be, with the processor time in milliseconds. */
  onCompile?: OnCompile
}

type OnCompile = (milliseconds: number) => void

interface Options {
  schema: GraphQLSchema
  /** The memory limit of the cache, in bytes. Default: 64 MiB. */
  maxBytes?: number
  /** Called once for each document and selection of it that cannot be prepared, with the part that has no SQL. */
  onNotCompilable?: (part: string, operation: OperationDefinitionNode) => void
}

/** A node of the tree: an argument site with its children by shape, or a leaf. */
type TreeNode =
  | { site: ArgumentSite; children: Map<string, TreeNode> }
  | { leaf: CompiledStatement | { constantData: string } }

interface CompiledStatement {
  name: string
  text: string
  /** The indexes of the parameters in the bound values of all sites. */
  parameterIndexes: readonly number[]
  /** The error if the statement returns NULL. */
  missing?: string
}

/** An operation with the tree of its statements. */
interface PreparedDocument {
  operation: OperationDefinitionNode
  fragments: Record<string, FragmentDefinitionNode>
  /** The names of the variables in `@skip` and `@include`. */
  directiveVariables: readonly string[]
  /** The roots of the tree, by the values of these variables. */
  roots: Map<string, TreeNode>
  /** The scopes that the caller needs, by the values of these variables. */
  scopes: Map<string, ReadonlySet<Scope>>
  /** The estimated memory, in bytes. */
  size: number
  /** The values of these variables with which a part without SQL is selected. */
  notCompilable: Set<string>
}

/** The estimated memory of a node of the tree and of a document, without their texts, in bytes. */
const TREE_NODE_BYTES = 200
const DOCUMENT_BYTES = 2000

const DEFAULT_MAX_BYTES = 64 * 1024 * 1024

/** The memory limit of the statements of one document. A document that exceeds it starts with an empty tree again. */
const MAX_BYTES_PER_DOCUMENT = 2 * 1024 * 1024

/** The number of selections without SQL that are remembered for each document. */
const MAX_NOT_COMPILABLE = 1000

/** Prepares documents, and keeps the most recently used ones. */
export class PreparedDocuments {
  private readonly options: Options
  private readonly cache: LRUCache<OperationDefinitionNode, PreparedDocument>

  constructor(options: Options) {
    this.options = options
    this.cache = new LRUCache({
      maxSize: options.maxBytes ?? DEFAULT_MAX_BYTES,
      sizeCalculation: ({ size }) => size,
    })
  }

  /** Returns the statement that answers a request, with its parameters. Compiles the statement if it is not in the cache. */
  execution({
    document,
    operationName,
    variables,
    scopes: callerScopes = [],
    onCompile = () => {},
  }: DocumentRequest): Execution | Unprepared {
    const operation = getOperationAST(document, operationName)
    if (operation?.operation !== OperationTypeNode.QUERY) return unprepared
    const prepared = this.cache.get(operation) ?? this.add(operation, document)
    const { coerced } = getVariableValues(this.options.schema, operation.variableDefinitions ?? [], variables ?? {})
    if (!coerced || prepared.notCompilable.has(rootKey(prepared, coerced))) return unprepared
    try {
      const execution = lookUp(prepared, coerced) ?? this.compile(prepared, coerced, onCompile)
      const needed = prepared.scopes.get(rootKey(prepared, coerced)) ?? []
      const missingScope = [...needed].find((scope) => !callerScopes.includes(scope))
      return missingScope ? { unprepared: true, missingScope } : execution
    } catch (error) {
      return this.toUnprepared(error, prepared, coerced, onCompile)
    }
  }

  /**
   * Returns the statement for a request with invalid arguments or a missing row: its fields of Query with mistakes are null, and with
   * `only`, all others than the one with this response key. Does not cache it. Returns undefined if there is none.
   */
  executionOfRest(
    { document, operationName, variables, scopes: callerScopes = [], onCompile = () => {} }: DocumentRequest,
    only?: string,
  ): (Rest & { execution: Execution }) | undefined {
    const operation = getOperationAST(document, operationName)
    const prepared = operation && this.cache.get(operation)
    if (!prepared) return undefined
    const { schema } = this.options
    const { coerced } = getVariableValues(schema, operation.variableDefinitions ?? [], variables ?? {})
    if (!coerced) return undefined
    const rest: Rest = { mistakes: [], ifNull: [], fields: [], only }
    const elapsed = startCpuTimer()
    try {
      const compiled = compile({ schema, operation, fragments: prepared.fragments, variables: coerced }, rest)
      if (![...compiled.scopes].every((scope) => callerScopes.includes(scope))) return undefined
      const values = compiled.boundSites.flatMap(({ boundArguments }) => boundArguments.values)
      return { execution: executionOf(leafOf(compiled), values), ...rest }
    } catch {
      return undefined
    } finally {
      onCompile(elapsed())
    }
  }

  /** Returns why a request has no statement. */
  private toUnprepared(
    error: unknown,
    prepared: PreparedDocument,
    variables: CoercedVariables,
    onCompile: OnCompile,
  ): Unprepared {
    if (error instanceof InvalidArguments) return { unprepared: true, invalidArguments: error }
    if (error instanceof NotCompilable) {
      this.markNotCompilable(prepared, variables, error)
      return unprepared
    }
    // The error comes from the lookup, which does not know the field. Compiling again finds the field with the invalid arguments.
    try {
      this.compile(prepared, variables, onCompile)
      return unprepared
    } catch (compileError) {
      return compileError instanceof InvalidArguments
        ? { unprepared: true, invalidArguments: compileError }
        : unprepared
    }
  }

  /** Compiles the operations of a document ahead of the first request, with placeholder variables. */
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
      scopes: new Map(),
      size: DOCUMENT_BYTES + 10 * (document.loc?.end ?? 1000),
      notCompilable: new Set(),
    }
    this.cache.set(operation, prepared)
    return prepared
  }

  private compile(prepared: PreparedDocument, variables: CoercedVariables, onCompile: OnCompile): Execution {
    const { operation, fragments } = prepared
    const elapsed = startCpuTimer()
    try {
      const compiled = compile({ schema: this.options.schema, operation, fragments, variables })
      this.insert(prepared, compiled, variables)
      return executionOf(
        leafOf(compiled),
        compiled.boundSites.flatMap(({ boundArguments }) => boundArguments.values),
      )
    } finally {
      onCompile(elapsed())
    }
  }

  /** Adds a statement to the tree of its document. */
  private insert(prepared: PreparedDocument, compiled: CompiledOperation, variables: CoercedVariables): void {
    const size =
      (compiled.text ?? compiled.constantData ?? '').length * 2 + (compiled.boundSites.length + 1) * TREE_NODE_BYTES
    if (prepared.size + size > MAX_BYTES_PER_DOCUMENT) {
      prepared.roots.clear()
      prepared.scopes.clear()
      prepared.size = DOCUMENT_BYTES
    }
    let nodes = prepared.roots
    let key = rootKey(prepared, variables)
    prepared.scopes.set(key, compiled.scopes)
    for (const { site, boundArguments } of compiled.boundSites) {
      let node = nodes.get(key)
      if (!node || !('site' in node)) {
        node = { site, children: new Map() }
        nodes.set(key, node)
      }
      nodes = node.children
      key = boundArguments.shape
    }
    nodes.set(key, { leaf: leafOf(compiled) })
    prepared.size += size
    this.cache.set(prepared.operation, prepared)
  }

  private markNotCompilable(prepared: PreparedDocument, variables: CoercedVariables, { part }: NotCompilable): void {
    const { notCompilable } = prepared
    if (notCompilable.size >= MAX_NOT_COMPILABLE) notCompilable.clear()
    notCompilable.add(rootKey(prepared, variables))
    this.options.onNotCompilable?.(part, prepared.operation)
  }
}

const unprepared: Unprepared = { unprepared: true }

/** Returns the statement for the shapes of a request's arguments; undefined if the tree has none yet. */
function lookUp(prepared: PreparedDocument, variables: CoercedVariables): Execution | undefined {
  const values: unknown[] = []
  let node = prepared.roots.get(rootKey(prepared, variables))
  while (node && 'site' in node) {
    const boundArguments = node.site.bindArguments(variables)
    for (const value of boundArguments.values) values.push(value)
    node = node.children.get(boundArguments.shape)
  }
  return node && executionOf(node.leaf, values)
}

function leafOf({
  text,
  constantData = '',
  parameterIndexes,
  missing,
}: CompiledOperation): CompiledStatement | { constantData: string } {
  if (text === undefined) return { constantData }
  return { name: statementName(text), text, parameterIndexes, ...(missing !== undefined && { missing }) }
}

function executionOf(leaf: CompiledStatement | { constantData: string }, values: readonly unknown[]): Execution {
  if ('constantData' in leaf) return leaf
  const { parameterIndexes, ...statement } = leaf
  return { ...statement, values: parameterIndexes.map((index) => values[index]) }
}

/** Returns the name of a prepared statement: a hash of its text. */
export const statementName = (text: string): string =>
  createHash('sha256').update(text).digest('base64url').slice(0, 22)

/** Returns the key of the tree's root for the values of the variables in `@skip` and `@include`. */
const rootKey = ({ directiveVariables }: PreparedDocument, variables: CoercedVariables) =>
  directiveVariables.map((name) => variables[name]).join()

/** Returns the names of the variables in `@skip` and `@include`. */
function directiveVariablesOf(document: DocumentNode): string[] {
  const names = new Set<string>()
  visit(document, {
    Directive: ({ name, arguments: argumentNodes = [] }) => {
      if (name.value !== 'skip' && name.value !== 'include') return
      for (const { value } of argumentNodes) if (value.kind === Kind.VARIABLE) names.add(value.name.value)
    },
  })
  return [...names].sort()
}
