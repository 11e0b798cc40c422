/** What one request asks for, such as the id of one event. */
export type Draw = Record<string, string>

/** One query as one API puts it. */
export interface Asked {
  document: string
  variables(draw: Draw): object
  /** The answer's data as what every API has to give. */
  read(data: never): unknown
  /** For a draw that names a place in a list: how the API is asked for its own cursor of it, given as `draw.after`. */
  cursor?: { document: string; variables(draw: Draw): object; read(data: never): string | undefined }
}

/** One query in the words of each contender. */
export interface BenchQuery {
  title: string
  /** The operation's name. */
  operation: string
  /** A SELECT that gives the draws, the same ones each time, in a database with so many events. */
  draws(events: number): string
  dateline: Asked
  postgraphile: Asked
  /** What answers with the text of Dateline's data, as its column `data`. */
  sql: { text: string; values(draw: Draw): unknown[] }
}

/** A list as GraphQL gives it. */
export interface Nodes<T> {
  nodes: T[]
}

/** Dateline's global id of a record. */
export const toGlobalId = (type: string, id: string): string => Buffer.from(`${type}:${id}`).toString('base64url')

/** The UUID in one of Dateline's global ids. */
export const fromGlobalId = (id: string): string | undefined => Buffer.from(id, 'base64url').toString().split(':')[1]
