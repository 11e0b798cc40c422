import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type pg from 'pg'
import { Stream } from './stream.ts'

const QUERY = 'subscription { eventAdded { event { slug } } }'

/** A plain subscriber, which measures the delay of its events. */
export class Neighbour {
  readonly #client: pg.Client
  readonly #stream: Stream
  /** The times at which it received events, by the event's slug. */
  readonly told: Map<string, number>
  /** The actors that participate in the most events. */
  readonly #actors: string[]

  private constructor(client: pg.Client, stream: Stream, told: Map<string, number>, actors: string[]) {
    this.#client = client
    this.#stream = stream
    this.told = told
    this.#actors = actors
  }

  static async open(url: string, client: pg.Client, headers: Record<string, string> = {}): Promise<Neighbour> {
    const told = new Map<string, number>()
    const stream = await Stream.open(url, { query: QUERY, variables: {} }, headers, (text) => {
      const slug = text.match(/"slug":"([^"]+)"/)?.[1]
      if (slug) told.set(slug, performance.now())
    })
    if (stream.status !== 200) throw new Error(`The plain subscriber was refused: ${stream.status}.`)
    const { rows } = await client.query<{ id: string }>(
      'SELECT "actorId" AS id FROM "EventActor" GROUP BY 1 ORDER BY count(*) DESC LIMIT 3',
    )
    return new Neighbour(
      client,
      stream,
      told,
      rows.map(({ id }) => id),
    )
  }

  close(): void {
    this.#stream.close()
  }

  /** Adds an event, and returns the milliseconds until the subscriber has received it, at most the deadline. */
  async delay(deadlineMs: number): Promise<number> {
    const { slug, committed } = await this.add()
    while (performance.now() - committed < deadlineMs) {
      const at = this.told.get(slug)
      if (at) return at - committed
      await sleep(2)
    }
    return deadlineMs
  }

  /** Adds an event, and returns the time of its commit. Adds one at a time. */
  async add(): Promise<{ slug: string; committed: number }> {
    const [id, slug] = [randomUUID(), `worst-${randomUUID()}`]
    await this.#client.query('BEGIN')
    await this.#client.query(
      `INSERT INTO "Event" (id, slug, title, type, status, certainty, "datePrecision", "dateBasis")
       VALUES ($1, $2, 'Worst', 'MEETING', 'OCCURRED', 'ASSERTED', 'UNKNOWN', 'STATED')`,
      [id, slug],
    )
    await this.#client.query(
      `INSERT INTO "EventParticipant" (id, "eventId", "actorId", role)
       SELECT gen_random_uuid(), $1, actor, 'PARTY' FROM unnest($2::uuid[]) actor`,
      [id, this.#actors],
    )
    await this.#client.query('COMMIT')
    const committed = performance.now()
    await this.#client.query('SELECT sequence_changes()')
    return { slug, committed }
  }
}
