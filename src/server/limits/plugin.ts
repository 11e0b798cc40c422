import type { IncomingMessage } from 'node:http'
import { type DocumentNode, type ExecutionResult, GraphQLError, NoSchemaIntrospectionCustomRule } from 'graphql'
import type { Plugin, YogaInitialContext } from 'graphql-yoga'
import { addressOf, noteAddress } from './caller.ts'
import { parseWithin } from './document.ts'
import type { Guard } from './guard.ts'

interface LimitsOptions {
  guard: Guard
  /** How many proxies in front of the service are believed. */
  trustProxy: number
  introspection: boolean
}

interface Started {
  args: { document: DocumentNode; contextValue?: unknown }
  setResultAndStopExecution(result: ExecutionResult): void
}

/** Refuses what asks for too much, over whatever it comes, before any work is done for it. */
export function useLimits({ guard, trustProxy, introspection }: LimitsOptions): Plugin<YogaInitialContext> {
  function admit({ args, setResultAndStopExecution }: Started): void {
    const { request, params } = args.contextValue as YogaInitialContext
    try {
      guard.admit(request, args.document, params)
    } catch (error) {
      if (!(error instanceof GraphQLError)) throw error
      setResultAndStopExecution({ errors: [error] })
    }
  }

  return {
    onRequest: ({ request, serverContext }) => {
      const { req } = serverContext as { req?: IncomingMessage }
      if (req) noteAddress(request, addressOf(req, trustProxy))
    },
    onParse: ({ context, setParseFn }) => {
      // Whoever has nothing left is told so before anything of theirs is read.
      guard.begin(context.request, context.params)
      setParseFn((source, options) => parseWithin(guard.limits, source, options))
    },
    onValidate: ({ addValidationRule }) => {
      if (introspection) return
      addValidationRule(NoSchemaIntrospectionCustomRule)
      return ({ result, setResult }) => setResult((result as GraphQLError[]).map(withoutSuggestions))
    },
    onExecute: admit,
    onSubscribe: admit,
    onResponse: ({ request, response }) => {
      const balance = guard.balanceOf(request)
      if (!balance) return
      response.headers.set('ratelimit-limit', String(balance.limit))
      response.headers.set('ratelimit-remaining', String(balance.remaining))
      response.headers.set('ratelimit-reset', String(balance.reset))
    },
  }
}

/** Names that are near the one that was asked for would tell what the schema is made of. */
function withoutSuggestions(error: GraphQLError): GraphQLError {
  const message = error.message.replace(/ Did you mean [^?]*\?/, '')
  return new GraphQLError(message, { nodes: error.nodes, extensions: error.extensions })
}
