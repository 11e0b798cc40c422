import { DomainError } from './errors.ts'

/** What a key may be used for. */
export const scopes = ['write'] as const

export type Scope = (typeof scopes)[number]

/** Who asks: whoever, or the holder of a key. */
export interface Viewer {
  /** As the log names a writer, such as "key dl_1a2b3c4d"; null for whoever. */
  readonly name: string | null
  readonly scopes: readonly Scope[]
}

export const anyone: Viewer = { name: null, scopes: [] }

/** The name of a viewer who may do what needs a scope; refuses anyone else, and says how to become one. */
export function requireScope({ name, scopes }: Viewer, scope: Scope): string {
  if (name === null)
    throw new DomainError(
      `This needs an API key with the scope "${scope}": make one with "npm run key -- create --name <for what> --scopes ${scope}", and send it as the header "authorization: Bearer <key>".`,
      'UNAUTHENTICATED',
    )
  if (!scopes.includes(scope))
    throw new DomainError(`This key lacks the scope "${scope}": use one that was made with it.`, 'FORBIDDEN')
  return name
}
