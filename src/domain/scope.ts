import { UserError } from './errors.ts'

/** What a key or a token may be used for; none holds another. */
export const scopes = ['write', 'import', 'admin'] as const

export type Scope = (typeof scopes)[number]

/** The caller: anonymous, or the holder of a key or a token. */
export interface Viewer {
  /** As the log names a writer, "key dl_1a2b3c4d" or "token https://login.example 4711"; null if anonymous. */
  readonly name: string | null
  readonly scopes: readonly Scope[]
}

export const anyone: Viewer = { name: null, scopes: [] }

export const holds = ({ scopes }: Viewer, scope: Scope): boolean => scopes.includes(scope)

/** The error for an anonymous caller who needs a scope: how to get a key. */
export const needsKey = (scope: Scope): UserError =>
  new UserError(
    `This requires an API key with the scope "${scope}": create one with "npm run key -- create --name <purpose> --scopes ${scope}", and send it in the header "authorization: Bearer <key>".`,
    'UNAUTHENTICATED',
  )
