import type { DocumentNode, ExecutionArgs, ExecutionResult, GraphQLSchema } from 'graphql'
import type { Plugin, YogaInitialContext } from 'graphql-yoga'
import type { Logger } from 'pino'
import { reader } from '../db/client.ts'
import { countStatements } from '../db/meter.ts'
import { type Execution, PreparedDocuments } from '../plan/prepare.ts'

/** What answering took, as `extensions.cost` says it. */
interface Cost {
  /** Whether the document was answered by one prepared statement, or field by field. */
  path: 'prepared' | 'prisma'
  /** How many SQL statements were sent. */
  statements: number
}

interface PreparedOptions {
  schema: GraphQLSchema
  log: Logger
  prepare: boolean
  /** Documents to prepare at once. */
  persisted?: Iterable<DocumentNode>
}

type Execute = (args: ExecutionArgs) => unknown

/** Answers each document by one prepared statement where it can, inside Yoga, so that all that guards a request still does. */
export function usePrepared(options: PreparedOptions): Plugin<YogaInitialContext> {
  const { schema, log, prepare, persisted = [] } = options
  const trusted = new WeakSet<DocumentNode>()
  const documents = new PreparedDocuments({
    schema,
    onUnplanned: (part, { name }) =>
      log.info({ operation: name?.value, part }, 'A document cannot be prepared: it is answered field by field.'),
  })

  for (const document of persisted) {
    trusted.add(document)
    if (prepare) documents.prepare(document)
  }

  async function answer(args: ExecutionArgs, execute: Execute, isPlain: boolean): Promise<unknown> {
    const { document, operationName, variableValues: variables } = args
    const execution = prepare ? documents.execution({ document, operationName, variables }) : undefined
    const text = execution && (await textOf(execution))
    if (execution && text != null) {
      const cost: Cost = { path: 'prepared', statements: 'known' in execution ? 0 : 1 }
      return new PreparedResult(text, isPlain ? undefined : { cost })
    }
    const { result, statements } = await countStatements(() => execute(args))
    return isPlain ? result : withCost(result, { path: 'prisma', statements: statements + (execution ? 1 : 0) })
  }

  /** Null where the statement fails, or finds what should not be: then the answer has to be worded with its path. */
  async function textOf(execution: Execution): Promise<string | null> {
    if ('known' in execution) return execution.known
    try {
      return await reader.read(execution)
    } catch (error) {
      log.warn({ err: error }, 'A prepared statement failed: its document is answered field by field.')
      return null
    }
  }

  return {
    onExecute: ({ executeFn, setExecuteFn, args: { document, contextValue } }) => {
      // What caches may keep is the same for all who ask.
      const isPlain = contextValue.request.method === 'GET' && trusted.has(document)
      setExecuteFn((args: ExecutionArgs) => answer(args, executeFn, isPlain))
    },
  }
}

/** An answer whose text came from the database and goes out as it came. */
class PreparedResult {
  readonly extensions: { cost: Cost } | undefined
  readonly stringify: () => string
  private readonly text: string

  constructor(text: string, extensions: { cost: Cost } | undefined) {
    this.text = text
    this.extensions = extensions
    const more = extensions ? `,"extensions":${JSON.stringify(extensions)}` : ''
    this.stringify = () => `{"data":${text}${more}}`
  }

  /** Parsed only for whoever looks. */
  get data(): unknown {
    return JSON.parse(this.text)
  }
}

function withCost(result: unknown, cost: Cost): unknown {
  const answer = result as ExecutionResult
  return { ...answer, extensions: { ...answer.extensions, cost } }
}
