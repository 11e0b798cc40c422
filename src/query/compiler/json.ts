// JSON text as SQL expressions, byte for byte as JSON.stringify writes it. What is known beforehand is kept as text, so that
// neighbours melt into one literal, and an answer that needs no row needs no statement.
import { type GraphQLOutputType, getNamedType, getNullableType, isEnumType, isListType, isNonNullType } from 'graphql'
import { NotCompilable } from '../not-compilable.ts'
import { quote } from '../sql.ts'

/** JSON text, piece by piece: what is known, and the SQL of what is read. */
export type Json = readonly (string | { sql: string })[]

/** A key and its value; `when` is the condition on the row under which it is there. */
export interface JsonMember {
  key: string
  value: Json
  when?: string
}

export const read = (sql: string): Json => [{ sql }]

/** `{"key":value,…}`. */
export function objectOf(entries: readonly JsonMember[]): Json {
  if (entries[0]?.when === undefined) return ['{', ...entries.flatMap((each, i) => member(i ? ',' : '', each)), '}']
  const members = entries.flatMap((each) => member(',', each))
  return ['{', { sql: `substr(${print(members)}, 2)` }, '}']
}

function member(before: string, { key, value, when }: JsonMember): Json {
  const text = [`${before}${JSON.stringify(key)}:`, ...value]
  return when === undefined ? text : read(`case when ${when} then ${print(text)} else '' end`)
}

/** The SQL of the whole text. */
export function print(json: Json): string {
  const parts: string[] = []
  let known = ''
  const flush = () => {
    if (known) parts.push(quote(known))
    known = ''
  }
  for (const piece of json) {
    if (typeof piece === 'string') known += piece
    else {
      flush()
      parts.push(piece.sql)
    }
  }
  flush()
  return parts.join(' || ') || `''`
}

/** The text, where none of it has to be read. */
export const knownText = (json: Json): string | undefined =>
  json.every((piece) => typeof piece === 'string') ? json.join('') : undefined

/** What a type answers where SQL says NULL: null, or, where there can be none, nothing that anyone may see. */
export const orNull = (type: GraphQLOutputType, sql: string): Json =>
  read(isNonNullType(type) ? sql : `coalesce(${sql}, 'null')`)

/** A column as the JSON of a scalar, an enumeration, or a list of either. */
export function scalarOf(type: GraphQLOutputType, column: string): Json {
  const named = getNamedType(type)
  if (isListType(getNullableType(type))) {
    // A list that was never written is an empty one.
    if (isEnumType(named) || named.name === 'String') return read(`to_json(coalesce(${column}, '{}'))::text`)
    throw new NotCompilable(`a list of ${named.name}`)
  }
  const write = isEnumType(named) ? quoted : writers[named.name]
  if (!write) throw new NotCompilable(`the scalar ${named.name}`)
  return orNull(type, write(column))
}

/** A text in which JSON escapes nothing. */
const quoted = (column: string) => `'"' || ${column} || '"'`

const writers: Record<string, (column: string) => string> = {
  String: (column) => `to_json(${column})::text`,
  Int: (column) => `${column}::text`,
  Boolean: (column) => `${column}::text`,
  // float8 writes 1e-05 where JavaScript writes 0.00001. The columns hold one decimal, which numeric keeps.
  Float: (column) => `${column}::numeric::text`,
  Date: (column) => quoted(dayOf(column)),
  DateTime: (column) => quoted(instantOf(column)),
}

export const dayOf = (column: string): string => `to_char(${column}, 'YYYY-MM-DD')`

export const instantOf = (column: string): string =>
  `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`

/** Text as base64url, without padding. */
export const base64url = (text: string): string =>
  `translate(encode(convert_to(${text}, 'UTF8'), 'base64'), E'+/=\\n', '-_')`
