/** A result whose text goes out as it came; Yoga asks it for that. */
export interface RawResult {
  readonly data: unknown
  stringify(): string
  toJSON(): unknown
}

/** A result by its JSON, parsed only for whoever looks. */
export function rawResult(json: string): RawResult {
  return {
    get data() {
      return (JSON.parse(json) as { data: unknown }).data
    },
    stringify: () => json,
    toJSON: () => JSON.parse(json),
  }
}
