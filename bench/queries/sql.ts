// Builds SQL that concatenates JSON as text. PostgreSQL does this faster than it builds JSON values.

/** Returns SQL for the JSON of a text column. */
export const text = (column: string): string => `coalesce(to_json(${column})::text, 'null')`

/**
 * Returns SQL for the JSON of a column that needs no escaping, such as an enum. `nullable` is required if it may be
 * null.
 */
export const word = (column: string, { nullable = false } = {}): string =>
  nullable ? `coalesce('"' || ${column} || '"', 'null')` : `'"' || ${column} || '"'`

export const globalId = (type: string, id: string): string =>
  word(`translate(encode(convert_to('${type}:' || ${id}, 'UTF8'), 'base64'), '+/=', '-_')`)

export const object = (fields: Record<string, string>): string =>
  join(
    `'{${Object.entries(fields)
      .map(([key, value], place) => `${place ? ',' : ''}"${key}":' || ${value} || '`)
      .join('')}}'`,
  )

/** Returns SQL for a JSON array with one item for each of the ordered rows `r`. */
export const list = (item: string, rows: string): string =>
  join(`'[' || coalesce((SELECT string_agg(${item}, ',') FROM (${rows}) r), '') || ']'`)

export const nodes = (item: string, rows: string): string => object({ nodes: list(item, rows) })

/** Joins adjacent string literals into one. */
const join = (expression: string) => expression.replaceAll(`' || '`, '')
