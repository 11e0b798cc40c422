// How a mutation is declared: once, with its input, what it does and what it gives back. Its union of results, its scope and
// its idempotency follow.
import type { InputFieldMap, ObjectRef, UnionRef } from '@pothos/core'
import { feedCursor, readHead } from '../../changelog/position.ts'
import { MutationError } from '../../domain/mutation-error.ts'
import { needsKey, type Scope, type Viewer } from '../../domain/scope.ts'
import type { Edit } from '../../store/edit/part.ts'
import { type WriteRequest, writeOnce } from '../../store/idempotent-write.ts'
import type { Transaction } from '../../store/rows.ts'
import { builder } from '../builder.ts'
import { type BuilderTypes, untyped as given, type InputFields } from '../fields/pothos.ts'
import { changeErrors, commonErrors, errorTypeName, forbidden } from './error.ts'
import { type MutationResult, type PayloadField, payloadFields } from './payload.ts'

interface MutationOptions {
  description: string
  /** What the key of a caller has to allow. */
  scope?: Scope
  /** What is said of the input: which records it writes to or makes. */
  input: (t: InputFields) => InputFieldMap
  edit: Edit
  /** What is given back of what was written. */
  returns: readonly PayloadField[]
}

builder.mutationType({
  description:
    'Write operations. Each mutation is one transaction and requires an API key or token. Errors that the caller can fix are returned as data.',
})

/** Declares a mutation that makes something new, and gives the type of its input. */
export const creates = (name: string, options: MutationOptions) => declare(name, options, commonErrors)

/** Declares a mutation that writes to something, which may be gone, or may have changed meanwhile. */
export const changes = (name: string, options: MutationOptions) =>
  declare(name, options, [...commonErrors, ...changeErrors])

function declare(name: string, options: MutationOptions, failures: readonly ObjectRef<BuilderTypes, object>[]) {
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

export const idempotencyKeyDescription =
  'A text of 1 to 255 characters that identifies this change. If the same key and input are sent again within 24 hours, nothing is written and the first result is returned. Use a new key for each change.'

export const withScopeDescription = (description: string, scope: Scope) =>
  `${description} Requires the scope "${scope}".`

/** The union of what a mutation may answer. */
export const resultUnion = (
  typeName: string,
  types: readonly ObjectRef<BuilderTypes, object>[],
): UnionRef<BuilderTypes, object> =>
  builder.unionType(`${typeName}Result`, {
    description: `\`${typeName}Success\`, or an error that the caller can fix.`,
    types: given(types),
    resolveType: (value) => (value as { __typename: string }).__typename,
  }) as UnionRef<BuilderTypes, object>

/** Lets only those in who hold a scope; tells the others how to, each in the way that is apt. */
export const requireScope = (scope: Scope) => ({
  authScopes: { scope },
  unauthorizedResolver: (_root: unknown, _args: unknown, { viewer }: { viewer: Viewer }) => {
    if (viewer.name === null) throw needsKey(scope)
    return forbidden(scope)
  },
})

interface MutationRequest extends Omit<WriteRequest, 'writer'> {
  viewer: Viewer
}

/** Does what was asked, once, and gives a value of the union of its results. */
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
    // An error that is returned as such counts as thrown.
    return { ...error, message: error.message, __typename: errorTypeName(error) }
  }
}

/** The input as JSON has it: days as texts. */
export function toJsonInput(value: unknown): unknown {
  if (value instanceof Date) return value.toISOString().slice(0, 10)
  if (Array.isArray(value)) return value.map(toJsonInput)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, toJsonInput(part)]))
}
