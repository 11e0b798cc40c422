// What a caller can mend, as data: the errors of the unions that mutations answer with.
import { Conflict, Invalid, type Issue, NotFound, type Refusal } from '../../domain/refusal.ts'
import type { Scope } from '../../domain/scope.ts'
import { builder } from '../builder.ts'

const UserError = builder.interfaceRef<{ message: string }>('UserError').implement({
  description: 'What is wrong with what was asked, in words for whoever can mend it. Nothing was written.',
  fields: (t) => ({ message: t.exposeString('message', { description: 'What is wrong and what to do.' }) }),
})

const ValidationIssue = builder.objectRef<Issue>('ValidationIssue').implement({
  description: 'One thing that is wrong with an input.',
  fields: (t) => ({
    path: t.exposeStringList('path', { description: 'Where in the input, such as `["participants", "0", "actor"]`.' }),
    message: t.exposeString('message', {
      description: 'What is wrong and what to do, as the rest of a sentence that begins with the place.',
    }),
  }),
})

export const ValidationError = builder.objectRef<Pick<Invalid, 'message' | 'issues'>>('ValidationError').implement({
  description: 'The input breaks rules; nothing was written.',
  interfaces: [UserError],
  fields: (t) => ({
    issues: t.field({
      type: [ValidationIssue],
      description: 'All that is wrong.',
      resolve: ({ issues }) => [...issues],
    }),
  }),
})

const NotFoundError = builder.objectRef<Refusal>('NotFoundError').implement({
  description: 'What was to be changed is not there; nothing was written.',
  interfaces: [UserError],
})

const ConflictError = builder.objectRef<Conflict>('ConflictError').implement({
  description: 'Someone else was quicker: the record is not at the `expectedVersion`. Nothing was written.',
  interfaces: [UserError],
  fields: (t) => ({
    currentVersion: t.exposeInt('currentVersion', { description: 'The version at which the record is.' }),
    current: t.node({ description: 'The record as it is now.', id: ({ current }) => current }),
  }),
})

interface Forbidden {
  message: string
  requiredScopes: Scope[]
}

const ForbiddenError = builder.objectRef<Forbidden>('ForbiddenError').implement({
  description: 'The caller is known, and may not do this; nothing was written.',
  interfaces: [UserError],
  fields: (t) => ({
    requiredScopes: t.exposeStringList('requiredScopes', { description: 'The scopes that a key has to have for it.' }),
  }),
})

const IdempotencyMismatchError = builder.objectRef<Refusal>('IdempotencyMismatchError').implement({
  description: 'The idempotencyKey was used for something else in the last 24 hours; nothing was written.',
  interfaces: [UserError],
})

/** What any mutation may answer with. */
export const errors = [ValidationError, ForbiddenError, IdempotencyMismatchError] as const

/** What those may answer with too that write to what is there. */
export const errorsOfChange = [NotFoundError, ConflictError] as const

/** The name of the type of a refusal. */
export function errorTypeOf(refusal: Refusal): string {
  if (refusal instanceof Invalid) return 'ValidationError'
  if (refusal instanceof NotFound) return 'NotFoundError'
  return refusal instanceof Conflict ? 'ConflictError' : 'IdempotencyMismatchError'
}

/** What someone is told who is known and lacks a scope. */
export const forbidden = (scope: Scope) => ({
  __typename: 'ForbiddenError',
  message: `This key lacks the scope "${scope}": use one that was made with it.`,
  requiredScopes: [scope],
})
