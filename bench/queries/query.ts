/** The parameters of one request, such as the id of an event. */
export type Draw = Record<string, string>

/** One query in one API. */
export interface Asked {
  document: string
  variables(draw: Draw): object
  /** Converts the answer's data to a form that is the same for all APIs. */
  read(data: never): unknown
  /**
   * For a draw with a position in a list: the query for the API's own cursor at this position, which becomes
   * `draw.after`.
   */
  cursor?: { document: string; variables(draw: Draw): object; read(data: never): string | undefined }
}

/** One query in the APIs of all contenders. */
export interface BenchQuery {
  title: string
  /** The name of the operation. */
  operation: string
  /** Returns a SELECT that returns the draws, the same at each run, for a database with this number of events. */
  draws(events: number): string
  dateline: Asked
  postgraphile: Asked
  /** The handwritten SQL. Its column `data` contains the text of Dateline's answer. */
  sql: { text: string; values(draw: Draw): unknown[] }
}

/** A list in a GraphQL answer. */
export interface Nodes<T> {
  nodes: T[]
}

/** Returns Dateline's global id of a record. */
export const toGlobalId = (type: string, id: string): string => Buffer.from(`${type}:${id}`).toString('base64url')

/** Returns the UUID in one of Dateline's global ids. */
export const fromGlobalId = (id: string): string | undefined => Buffer.from(id, 'base64url').toString().split(':')[1]
