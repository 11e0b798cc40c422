import { UserError } from './errors.ts'

/** The permissions of a key or a token. No scope includes another. */
export const scopes = ['write', 'import', 'admin'] as const

export type Scope = (typeof scopes)[number]

/** The caller: anonymous, or authenticated by a key or a token. */
export interface Viewer {
  /** The writer's name in the change log, "key dl_1a2b3c4d" or "token https://login.example 4711"; null if anonymous. */
  readonly name: string | null
  /** The name that the key was given, or the subject of the token. */
  readonly label?: string
  readonly scopes: readonly Scope[]
}

export const anyone: Viewer = { name: null, scopes: [] }

export const holds = ({ scopes }: Viewer, scope: Scope): boolean => scopes.includes(scope)

/** Returns the error of a query for a caller that lacks a scope. Mutations return the sentence as data. */
export const scopeError = (scope: Scope, viewer: Viewer): UserError =>
  new UserError(needsScope(scope, viewer), viewer.name === null ? 'UNAUTHENTICATED' : 'FORBIDDEN')

/** Returns the sentence for a caller that lacks a scope. */
export const needsScope = (scope: Scope, { name }: Viewer): string =>
  name === null
    ? `This requires an API key or token with the scope "${scope}": ask the operator of this service for one, and send it in the header "authorization: Bearer <key>".`
    : `The API key or token does not have the scope "${scope}": use one that has it.`
