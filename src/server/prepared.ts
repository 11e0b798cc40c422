import type { ExecutionArgs, ExecutionResult, GraphQLSchema } from 'graphql'
import type { Plugin } from 'graphql-yoga'
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

type Execute = (args: ExecutionArgs) => unknown

/** Answers each document by one prepared statement where it can, inside Yoga, so that all that guards a request still does. */
export function usePrepared(options: { schema: GraphQLSchema; log: Logger; prepare: boolean }): Plugin {
  const { schema, log, prepare } = options
  const documents = new PreparedDocuments({
    schema,
    onUnplanned: (part, { name }) =>
      log.info({ operation: name?.value, part }, 'A document cannot be prepared: it is answered field by field.'),
  })

  async function answer(args: ExecutionArgs, execute: Execute): Promise<unknown> {
    const { document, operationName, variableValues: variables } = args
    const execution = prepare ? documents.execution({ document, operationName, variables }) : undefined
    const text = execution && (await textOf(execution))
    if (execution && text != null)
      return new PreparedResult(text, { path: 'prepared', statements: 'known' in execution ? 0 : 1 })
    const { result, statements } = await countStatements(() => execute(args))
    return withCost(result, { path: 'prisma', statements: statements + (execution ? 1 : 0) })
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
    onExecute: ({ executeFn, setExecuteFn }) => setExecuteFn((args: ExecutionArgs) => answer(args, executeFn)),
  }
}

/** An answer whose text came from the database and goes out as it came. */
class PreparedResult {
  readonly extensions: { cost: Cost }
  readonly stringify: () => string
  private readonly text: string

  constructor(text: string, cost: Cost) {
    this.text = text
    this.extensions = { cost }
    this.stringify = () => `{"data":${text},"extensions":${JSON.stringify(this.extensions)}}`
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
