import type { IncomingMessage, ServerResponse } from 'node:http'
import { type ExecutionArgs, GraphQLError } from 'graphql'
import type { Plugin, YogaInitialContext } from 'graphql-yoga'
import { corkUntilNextTick } from '../../db/socket.ts'
import { viewerOf } from '../http/auth.ts'
import { balanceHeaders } from '../limits/bucket.ts'
import { addressOf, recordAddress } from '../limits/caller.ts'
import type { Admission, Admitted, Params } from './admission.ts'
import { mask } from './errors.ts'
import type { Client, Executor, OperationContext } from './executor.ts'
import { isWellFormed, plainParams } from './params.ts'

interface AdmissionPluginOptions {
  admission: Admission
  executor: Executor
  /** How many proxies in front of the service are believed. */
  trustProxy: number
}

/** What Yoga knows of a request that came over HTTP; `body` was read before. */
interface NodeContext {
  req?: IncomingMessage & { body?: unknown }
  res?: ServerResponse
}

/**
 * Admits what comes over HTTP, and has it executed. An operation whose document is known is answered as soon as those who look
 * at requests have let it pass, before Yoga looks at its parameters. Plugins that refuse requests come before this one.
 */
export function useAdmission(options: AdmissionPluginOptions): Plugin<YogaInitialContext & { admitted?: Admitted }> {
  const { admission, executor, trustProxy } = options
  return {
    onRequest: async ({ request, serverContext, endResponse, fetchAPI }) => {
      const { req, res } = serverContext as NodeContext
      if (req) recordAddress(request, addressOf(req, trustProxy))
      const type = mediaTypeOf(request.headers.get('accept'))
      const params = type && plainParams(req?.body)
      if (!params || !admission.isKnown(params)) return
      const admitted = admission.admit(request, params)
      // Refusals take the longer way, on which they get their status.
      if (!('price' in admitted)) return
      const client = new HttpClient(request, res)
      const answer = await executor.executePrepared({ request, params, viewer: viewerOf(request), admitted, client })
      if (!answer || !('stringify' in answer)) return
      if (res?.socket) corkUntilNextTick(res.socket)
      const headers = { 'content-type': `${type}; charset=utf-8` }
      endResponse(new fetchAPI.Response(answer.stringify(), { status: 200, headers }))
    },
    onParams: async ({ request, params, context, setParams, setResult }) => {
      const sent = params as Params
      // Yoga says what is wrong with the parameters, but for an operation name that is no text.
      const isComplete = isWellFormed(sent) && (sent.query || admission.takesIds)
      if (!isComplete) return admission.chargeMalformed(request)
      await admission.turnFor(request, sent)
      const admitted = admission.admit(request, sent)
      const isAdmitted = 'price' in admitted
      if (isAdmitted) Object.assign(context, { admitted })
      else setResult({ errors: admitted.map(mask) })
      if (isAdmitted && sent.query) return
      // Yoga knows no ids of documents.
      const { variables, operationName, extensions } = params
      setParams({ query: isAdmitted ? admitted.text : '{ __typename }', variables, operationName, extensions })
    },
    // What was parsed and validated to be admitted is not parsed and validated again.
    onParse: ({ context, setParsedDocument }) => {
      if (!context.admitted) throw malformed()
      setParsedDocument(context.admitted.document)
    },
    onValidate: ({ setResult }) => setResult([]),
    onExecute: ({ executeFn, setExecuteFn }) =>
      setExecuteFn((args: ExecutionArgs) => {
        const context = args.contextValue as OperationContext & NodeContext & { request: Request }
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

/** Who sent a request over HTTP. The signal is made when first asked for: most answers are sent before. */
class HttpClient implements Client {
  private readonly request: Request
  private readonly response: ServerResponse | undefined
  private made: AbortSignal | undefined

  constructor(request: Request, response: ServerResponse | undefined) {
    this.request = request
    this.response = response
  }

  get signal(): AbortSignal {
    this.made ??= this.response ? closed(this.response) : this.request.signal
    return this.made
  }
}

/** Aborted when a response is closed before it was sent. */
function closed(response: ServerResponse): AbortSignal {
  const gone = new AbortController()
  const abort = () => {
    if (!response.writableFinished) gone.abort()
  }
  if (response.destroyed) abort()
  else response.once('close', abort)
  return gone.signal
}

/** The media type of the answer, where a header names one and prefers it; everything finer is for Yoga to work out. */
function mediaTypeOf(accept: string | null): string | undefined {
  return /^application\/(?:graphql-response\+)?json(?=$|,|;q=)/.exec(accept ?? '')?.[0]
}
