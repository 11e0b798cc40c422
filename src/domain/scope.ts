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

/** Returns the error for an anonymous caller that needs a scope. It says how to get a key. */
export const needsKey = (scope: Scope): UserError =>
  new UserError(
    `This requires an API key with the scope "${scope}": create one with "npm run key -- create --name <purpose> --scopes ${scope}", and send it in the header "authorization: Bearer <key>".`,
    'UNAUTHENTICATED',
  )
