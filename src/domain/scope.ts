import { DomainError } from './errors.ts'

/** What a key or a token may be used for; none holds another. */
export const scopes = ['write', 'import', 'admin'] as const

export type Scope = (typeof scopes)[number]

/** Who asks: whoever, or the holder of a key or a token. */
export interface Viewer {
  /** As the log names a writer, "key dl_1a2b3c4d" or "token https://login.example 4711"; null for whoever. */
  readonly name: string | null
  readonly scopes: readonly Scope[]
}

export const anyone: Viewer = { name: null, scopes: [] }

export const holds = ({ scopes }: Viewer, scope: Scope): boolean => scopes.includes(scope)

/** What whoever is told that asks for what needs a scope: how to become someone. */
export const needsKey = (scope: Scope): DomainError =>
  new DomainError(
    `This requires an API key with the scope "${scope}": create one with "npm run key -- create --name <purpose> --scopes ${scope}", and send it in the header "authorization: Bearer <key>".`,
    'UNAUTHENTICATED',
  )
