// The GraphQL types of the errors that mutations return as data: errors that the caller can fix.
import { Conflict, Invalid, type Issue, type MutationError, NotFound } from '../../domain/mutation-error.ts'
import { needsScope, type Scope, type Viewer } from '../../domain/scope.ts'
import { builder } from '../builder.ts'

const UserErrorInterface = builder.interfaceRef<{ message: string }>('UserError').implement({
  description: 'An error that the caller can fix. Nothing was written.',
  fields: (t) => ({
    message: t.exposeString('message', { description: 'A sentence that says what is wrong and what to do.' }),
  }),
})

const ValidationIssue = builder.objectRef<Issue>('ValidationIssue').implement({
  description: 'One mistake in an input.',
  fields: (t) => ({
    path: t.exposeStringList('path', {
      description: 'Path of the mistake in the input, such as `["participants", "0", "actor"]`.',
    }),
    message: t.exposeString('message', {
      description: 'The rest of a sentence that starts with the path. It says what is wrong and what to do.',
    }),
  }),
})

export const ValidationError = builder.objectRef<Pick<Invalid, 'message' | 'issues'>>('ValidationError').implement({
  description: 'The input is not valid. Nothing was written.',
  interfaces: [UserErrorInterface],
  fields: (t) => ({
    issues: t.field({
      type: [ValidationIssue],
      description: 'The mistakes in the input.',
      resolve: ({ issues }) => [...issues],
    }),
  }),
})

const NotFoundError = builder.objectRef<MutationError>('NotFoundError').implement({
  description: 'The record or part to change does not exist. Nothing was written.',
  interfaces: [UserErrorInterface],
})

const ConflictError = builder.objectRef<Conflict>('ConflictError').implement({
  description:
    'The record is not at the `expectedVersion`, because it was changed in the meantime. Nothing was written.',
  interfaces: [UserErrorInterface],
  fields: (t) => ({
    currentVersion: t.exposeInt('currentVersion', { description: 'The current version of the record.' }),
    current: t.node({ description: 'The record in its current state.', id: ({ current }) => current }),
  }),
})

interface Forbidden {
  message: string
  requiredScopes: Scope[]
}

const ForbiddenError = builder.objectRef<Forbidden>('ForbiddenError').implement({
  description: 'The caller has no API key or token, or one without the required scope. Nothing was written.',
  interfaces: [UserErrorInterface],
  fields: (t) => ({
    requiredScopes: t.exposeStringList('requiredScopes', { description: 'The scopes that the mutation requires.' }),
  }),
})

const IdempotencyMismatchError = builder.objectRef<MutationError>('IdempotencyMismatchError').implement({
  description: 'The `idempotencyKey` was used for another change in the last 24 hours. Nothing was written.',
  interfaces: [UserErrorInterface],
})

/** The errors that every mutation can return. */
export const commonErrors = [ValidationError, ForbiddenError, IdempotencyMismatchError] as const

/** The additional errors of mutations that change an existing record. */
export const changeErrors = [NotFoundError, ConflictError] as const

/** Returns the name of the GraphQL type of an error. */
export function errorTypeName(error: MutationError): string {
  if (error instanceof Invalid) return 'ValidationError'
  if (error instanceof NotFound) return 'NotFoundError'
  return error instanceof Conflict ? 'ConflictError' : 'IdempotencyMismatchError'
}

/** Returns the error for a caller without the required scope. */
export const forbidden = (scope: Scope, viewer: Viewer) => ({
  __typename: 'ForbiddenError',
  message: needsScope(scope, viewer),
  requiredScopes: [scope],
})
