// The behaviour of Yoga and its Node adapter (@whatwg-node/server) that the service relies on and that their types or manuals do
// not promise. tests/contracts/yoga.unit.test.ts tests it, and names the versions for which this module was written.
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { OperationDefinitionNode } from 'graphql'
import type { GraphQLParams } from 'graphql-yoga'

/** The Node objects of a request. Undefined if the handler was called with a `Request`, as in tests. */
export interface NodeContext {
  req?: IncomingMessage
  res?: ServerResponse
}

/** Returns the Node request and response, which the adapter puts into the server context. */
export const nodeContextOf = (serverContext: object): NodeContext => serverContext as NodeContext

/** Sets the parsed body of a request. The adapter then reads it instead of the stream. */
export const setParsedBody = (request: IncomingMessage, body: object): void => void Object.assign(request, { body })

/** Returns the body set by `setParsedBody`. */
export const parsedBodyOf = (request: IncomingMessage | undefined): unknown =>
  (request as { body?: unknown } | undefined)?.body

/** The part of an admitted operation that plugins use. */
interface AdmittedOperation {
  operation: OperationDefinitionNode
}

/** Records that an operation was admitted. Yoga passes one object as the operation's context and as the server context. */
export const setAdmitted = (context: object, admitted: AdmittedOperation): void =>
  void Object.assign(context, { admitted })

/** Returns the admitted operation of a context; undefined if it was refused. */
export const admittedOf = (context: object): AdmittedOperation | undefined =>
  (context as { admitted?: AdmittedOperation }).admitted

/** Returns the parameters of the operation, which Yoga adds to the server context. */
export const paramsOfContext = (serverContext: object): GraphQLParams | undefined =>
  (serverContext as { params?: GraphQLParams }).params

/** Whether a result serializes itself: Yoga sends the text that its `stringify` returns. */
export const hasOwnText = (result: object): result is { stringify(): string } => 'stringify' in result
