import type { ServerResponse } from 'node:http'
import { type ExecutionArgs, type ExecutionResult, GraphQLError } from 'graphql'
import type { Plugin, YogaInitialContext } from 'graphql-yoga'
import { corkUntilNextTick } from '../../db/socket.ts'
import { viewerOf } from '../http/sender.ts'
import { hasOwnText, type NodeContext, nodeContextOf, parsedBodyOf, setAdmitted } from '../http/yoga.ts'
import { balanceHeaders } from '../limits/bucket.ts'
import type { Admission, Admitted, Params } from './admission.ts'
import { mask } from './errors.ts'
import type { Client, Executor, OperationContext } from './executor.ts'
import { isWellFormed, plainParams } from './params.ts'

interface AdmissionPluginOptions {
  admission: Admission
  executor: Executor
}

interface Begun {
  admitted: Admitted | readonly GraphQLError[]
  /** The result of an operation that failed. */
  failure: ExecutionResult | undefined
}

/**
 * Yoga plugin that admits operations and executes them with the executor. An operation with a known document is answered in
 * `onRequest`, before Yoga processes its parameters. Therefore plugins that refuse requests must be listed before this one.
 */
export function useAdmission(options: AdmissionPluginOptions): Plugin<YogaInitialContext & { admitted?: Admitted }> {
  const { admission, executor } = options
  /** What was done in `onRequest` for operations that Yoga then processes, so that each is admitted and executed once. */
  const begun = new WeakMap<Params, Begun>()
  return {
    onRequest: async ({ request, serverContext, endResponse, fetchAPI }) => {
      const { req, res } = nodeContextOf(serverContext)
      const type = mediaTypeOf(request.headers.get('accept'))
      const params = type && plainParams(parsedBodyOf(req))
      if (!params || !admission.isKnown(params)) return
      const admitted = admission.admit(request, params)
      const client = new HttpClient(request, res)
      // Refusals continue through Yoga, which sets their status.
      const answer =
        'price' in admitted
          ? await executor.executePrepared({ request, params, viewer: viewerOf(request), admitted, client })
          : undefined
      if (!answer || !hasOwnText(answer)) return void begun.set(params, { admitted, failure: answer })
      if (res?.socket) corkUntilNextTick(res.socket)
      const headers = { 'content-type': `${type}; charset=utf-8` }
      endResponse(new fetchAPI.Response(answer.stringify(), { status: 200, headers }))
    },
    onParams: async ({ request, params, context, setParams, setResult }) => {
      const sent = params as Params
      // Yoga refuses malformed parameters, except an operation name that is not a string, which `onParse` refuses.
      const isComplete = isWellFormed(sent) && (sent.query || admission.takesIds)
      if (!isComplete) return admission.chargeMalformed(request)
      await admission.turnFor(request, sent)
      const admitted = begun.get(sent)?.admitted ?? admission.admit(request, sent)
      const isAdmitted = 'price' in admitted
      if (isAdmitted) setAdmitted(context, admitted)
      else setResult({ errors: admitted.map(mask) })
      if (isAdmitted && sent.query && !admission.takesIdOf(sent)) return
      // Yoga requires a query and refuses an id, so the text of a persisted document is passed. It is not parsed: see `onParse`.
      const { variables, operationName, extensions } = params
      setParams({ query: isAdmitted ? admitted.text : '{ __typename }', variables, operationName, extensions })
    },
    // The admission has parsed and validated the document.
    onParse: ({ context, setParsedDocument }) => {
      if (!context.admitted) throw malformed()
      setParsedDocument(context.admitted.document)
    },
    onValidate: ({ setResult }) => setResult([]),
    onExecute: ({ executeFn, setExecuteFn }) =>
      setExecuteFn((args: ExecutionArgs) => {
        const context = args.contextValue as OperationContext & NodeContext & { request: Request }
        const failure = begun.get(context.params)?.failure
        if (failure) return failure
        context.client = new HttpClient(context.request, context.res)
        return executor.execute(args, executeFn)
      }),
    onResponse: ({ request, response }) => {
      const headers = balanceHeaders(admission.balanceOf(request))
      for (const [name, value] of Object.entries(headers)) response.headers.set(name, value)
    },
  }
}

const malformed = () =>
  new GraphQLError('The parameter operationName must be a string: pass the name of an operation of the document.', {
    extensions: { code: 'BAD_REQUEST', http: { status: 400 } },
  })

/** The client of an HTTP request. Creates its signal when it is first used, because most requests never use it. */
class HttpClient implements Client {
  private readonly request: Request
  private readonly response: ServerResponse | undefined
  private created: AbortSignal | undefined

  constructor(request: Request, response: ServerResponse | undefined) {
    this.request = request
    this.response = response
  }

  get signal(): AbortSignal {
    this.created ??= this.response ? closed(this.response) : this.request.signal
    return this.created
  }
}

/** Returns a signal that is aborted when the connection closes before the response was sent. */
function closed(response: ServerResponse): AbortSignal {
  const disconnected = new AbortController()
  const abort = () => {
    if (!response.writableFinished) disconnected.abort()
  }
  if (response.destroyed) abort()
  else response.once('close', abort)
  return disconnected.signal
}

/** Returns the JSON media type that comes first in an Accept header; undefined for any other header, which Yoga negotiates. */
function mediaTypeOf(accept: string | null): string | undefined {
  return /^application\/(?:graphql-response\+)?json(?=$|,|;q=)/.exec(accept ?? '')?.[0]
}
