/** The message that starts the service. */
export interface ToService {
  /** The folder of the database and the log, which is deleted at the end. */
  readonly folder: string
  /** Absolute paths. Undefined: the service's own seed. */
  readonly seed: readonly string[] | undefined
  readonly port: number
  readonly scopes: readonly string[] | undefined
  readonly settings: Readonly<Record<string, string>>
}

/** The answer, when the service is ready or has failed to start. */
export type FromService = { readonly url: string; readonly key?: string } | { readonly error: string }
