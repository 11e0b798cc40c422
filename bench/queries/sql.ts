// SQL that yields JSON as text put together piece by piece: PostgreSQL does that faster than it builds JSON values.

/** A column of text. */
export const text = (column: string): string => `coalesce(to_json(${column})::text, 'null')`

/** A column that needs no escaping, such as one of an enumeration, and that may be null only if said so. */
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

/** What is made of each of the rows `r`, which come in order. */
export const list = (item: string, rows: string): string =>
  join(`'[' || coalesce((SELECT string_agg(${item}, ',') FROM (${rows}) r), '') || ']'`)

export const nodes = (item: string, rows: string): string => object({ nodes: list(item, rows) })

/** One literal in place of two. */
const join = (expression: string) => expression.replaceAll(`' || '`, '')
