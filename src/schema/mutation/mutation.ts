// Declares a mutation with its input, its edit and its result fields. The union of results, the check of the scope and the
// idempotency key follow from the declaration.
import type { InputFieldMap, ObjectRef, UnionRef } from '@pothos/core'
import { readHead } from '../../changelog/position.ts'
import { feedCursor } from '../../domain/log-cursor.ts'
import { MutationError } from '../../domain/mutation-error.ts'
import type { Scope, Viewer } from '../../domain/scope.ts'
import type { Edit } from '../../store/edit/part.ts'
import { type WriteRequest, writeOnce } from '../../store/idempotent-write.ts'
import type { Transaction } from '../../store/rows.ts'
import { builder } from '../builder.ts'
import { type BuilderTypes, untyped as given, type InputFields } from '../fields/pothos.ts'
import { changeErrors, commonErrors, errorTypeName, forbidden } from './error.ts'
import { type MutationResult, type PayloadField, payloadFields } from './payload.ts'

interface MutationOptions {
  description: string
  /** The scope that the caller needs. Default: write. */
  scope?: Scope
  /** The fields of the input. */
  input: (t: InputFields) => InputFieldMap
  edit: Edit
  /** The fields of the result. */
  returns: readonly PayloadField[]
}

builder.mutationType({
  description:
    'Write operations. Each mutation is one transaction and requires an API key or token. Errors that the caller can fix are returned as data.',
})

/** Declares a mutation that creates a record. Returns the type of its input. */
export const declareCreate = (name: string, options: MutationOptions) => declareMutation(name, options, commonErrors)

/** Declares a mutation that changes an existing record. It can also return NotFoundError and ConflictError. */
export const declareChange = (name: string, options: MutationOptions) =>
  declareMutation(name, options, [...commonErrors, ...changeErrors])

function declareMutation(name: string, options: MutationOptions, failures: readonly ObjectRef<BuilderTypes, object>[]) {
  const { description, scope = 'write', input: fields, edit, returns } = options
  const typeName = name.charAt(0).toUpperCase() + name.slice(1)
  const Input = builder.inputType(`${typeName}Input`, { description: `Input of \`${name}\`.`, fields })
  const Success = builder.objectRef<MutationResult>(`${typeName}Success`).implement({
    description: `Result of a successful \`${name}\`.`,
    fields: (t) => payloadFields(t, returns),
  })
  builder.mutationField(name, (t) =>
    t.field({
      type: resultUnion(typeName, [Success, ...failures]),
      description: withScopeDescription(description, scope),
      args: {
        input: t.arg({ type: Input, required: true, description: 'Input of the mutation.' }),
        idempotencyKey: t.arg.string({ description: idempotencyKeyDescription }),
      },
      ...requireScope(scope),
      resolve: (_root, { input, idempotencyKey }, { viewer }) =>
        runMutation(`${typeName}Success`, { viewer, mutation: name, input, idempotencyKey }, (tx) =>
          edit(tx, toJsonInput(input)),
        ),
    }),
  )
  return Input
}

/** The description of the argument `idempotencyKey`. */
export const idempotencyKeyDescription =
  'A text of 1 to 255 characters that identifies this change. If the same key and input are sent again within 24 hours, nothing is written and the first result is returned. Use a new key for each change.'

/** Returns a description with the required scope. */
export const withScopeDescription = (description: string, scope: Scope) =>
  `${description} Requires the scope "${scope}".`

/** Declares the union of the results of a mutation. */
export const resultUnion = (
  typeName: string,
  types: readonly ObjectRef<BuilderTypes, object>[],
): UnionRef<BuilderTypes, object> =>
  builder.unionType(`${typeName}Result`, {
    description: `\`${typeName}Success\`, or an error that the caller can fix.`,
    types: given(types),
    resolveType: (value) => (value as { __typename: string }).__typename,
  }) as UnionRef<BuilderTypes, object>

/** Returns the options of a field that requires a scope. It returns ForbiddenError to other callers. */
export const requireScope = (scope: Scope) => ({
  authScopes: { scope },
  unauthorizedResolver: (_root: unknown, _args: unknown, { viewer }: { viewer: Viewer }) => forbidden(scope, viewer),
})

/** A mutation with its input and its caller. */
interface MutationRequest extends Omit<WriteRequest, 'writer'> {
  viewer: Viewer
}

/** Runs a mutation once per idempotency key. Returns a member of its union of results. */
export async function runMutation<Answer extends object>(
  success: string,
  { viewer, ...request }: MutationRequest,
  work: (tx: Transaction) => Promise<Answer>,
) {
  try {
    const { position, ...written } = await writeOnce({ ...request, writer: viewer.name ?? '' }, work)
    const head = await readHead('service')
    return { ...written, feedCursor: feedCursor(head.epoch, position ?? head.position), __typename: success }
  } catch (error) {
    if (!(error instanceof MutationError)) throw error
    // graphql-js throws a returned Error object, so the error is returned as a plain object.
    return { ...error, message: error.message, __typename: errorTypeName(error) }
  }
}

/** Returns an input as JSON, with dates as `YYYY-MM-DD`. */
export function toJsonInput(value: unknown): unknown {
  if (value instanceof Date) return value.toISOString().slice(0, 10)
  if (Array.isArray(value)) return value.map(toJsonInput)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, toJsonInput(part)]))
}
