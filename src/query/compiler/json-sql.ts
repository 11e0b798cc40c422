// Builds SQL expressions that return JSON text, with the same bytes as JSON.stringify. Constant parts stay text: adjacent ones
// become one SQL literal, and a response without any SQL needs no statement.
import { type GraphQLOutputType, getNamedType, getNullableType, isEnumType, isListType, isNonNullType } from 'graphql'
import { NotCompilable } from '../not-compilable.ts'
import { quote } from '../table-ref.ts'

/** A JSON text as a list of parts: a string is constant text, `sql` is an expression that returns text. */
export type JsonSql = readonly (string | { sql: string })[]

/** A key of a JSON object and its value. `condition` is SQL: the member is omitted if it is false. Default: always present. */
export interface JsonMember {
  key: string
  value: JsonSql
  condition?: string
}

/** Returns an SQL expression as JSON text. */
export const jsonOf = (sql: string): JsonSql => [{ sql }]

/** Returns a JSON object. Either all members have a condition, or none. */
export function jsonObject(entries: readonly JsonMember[]): JsonSql {
  if (entries[0]?.condition === undefined)
    return ['{', ...entries.flatMap((each, i) => member(i ? ',' : '', each)), '}']
  const members = entries.flatMap((each) => member(',', each))
  return ['{', { sql: `substr(${toSqlText(members)}, 2)` }, '}']
}

function member(separator: string, { key, value, condition }: JsonMember): JsonSql {
  const text = [`${separator}${JSON.stringify(key)}:`, ...value]
  return condition === undefined ? text : jsonOf(`case when ${condition} then ${toSqlText(text)} else '' end`)
}

/** Returns one SQL expression for the whole text. */
export function toSqlText(json: JsonSql): string {
  const parts: string[] = []
  let constant = ''
  const flush = () => {
    if (constant) parts.push(quote(constant))
    constant = ''
  }
  for (const part of json) {
    if (typeof part === 'string') constant += part
    else {
      flush()
      parts.push(part.sql)
    }
  }
  flush()
  return parts.join(' || ') || `''`
}

/** Returns the text if all of it is constant, and undefined otherwise. */
export const constantText = (json: JsonSql): string | undefined =>
  json.every((part) => typeof part === 'string') ? json.join('') : undefined

/** Returns the SQL as JSON, with NULL as `null` if the type is nullable. For a non-null type, NULL makes the whole text NULL. */
export const orNull = (type: GraphQLOutputType, sql: string): JsonSql =>
  jsonOf(isNonNullType(type) ? sql : `coalesce(${sql}, 'null')`)

/** Returns a column as the JSON of a scalar, an enum, or a list of strings or enum values. Throws NotCompilable for other types. */
export function jsonScalar(type: GraphQLOutputType, column: string): JsonSql {
  const named = getNamedType(type)
  if (isListType(getNullableType(type))) {
    // A list column that was never written is NULL; the API returns an empty list.
    if (isEnumType(named) || named.name === 'String') return jsonOf(`to_json(coalesce(${column}, '{}'))::text`)
    throw new NotCompilable(`a list of ${named.name}`)
  }
  const toJson = isEnumType(named) ? quoted : scalarWriters[named.name]
  if (!toJson) throw new NotCompilable(`the scalar ${named.name}`)
  return orNull(type, toJson(column))
}

/** Returns a text in quotes. The text must not contain characters that JSON escapes. */
const quoted = (column: string) => `'"' || ${column} || '"'`

/** The SQL of each scalar's JSON text. */
const scalarWriters: Record<string, (column: string) => string> = {
  ID: quoted,
  String: (column) => `to_json(${column})::text`,
  Int: (column) => `${column}::text`,
  Boolean: (column) => `${column}::text`,
  // As text, float8 is 1e-05 but a JavaScript number is 0.00001. The columns have one decimal place, which numeric keeps.
  Float: (column) => `${column}::numeric::text`,
  Date: (column) => quoted(daySql(column)),
  DateTime: (column) => quoted(instantSql(column)),
  JSON: (column) => `compact_json(${column})`,
}

/** Returns a date column as `YYYY-MM-DD`. */
export const daySql = (column: string): string => `to_char(${column}, 'YYYY-MM-DD')`

/** Returns a timestamp column in ISO 8601, in UTC with milliseconds. */
export const instantSql = (column: string): string =>
  `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`

/** Returns the SQL that encodes a text as base64url without padding. */
export const base64url = (text: string): string =>
  `translate(encode(convert_to(${text}, 'UTF8'), 'base64'), E'+/=\\n', '-_')`
