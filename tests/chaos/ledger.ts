// Compares the received events with the logs: for each epoch, the log that was kept or lost.
import { unseal } from '../../src/domain/seal.ts'

/** An event that was added. */
export interface Entry {
  position: number
  slug: string
  type: string
}

/** The log of a database. */
export interface Log {
  epoch: string
  /** The added events, in order. */
  entries: Entry[]
  /** The last position that was deleted. */
  oldest: number
  head: number
}

interface Received {
  epoch: string
  position: number
  slug: string
  /** The time, in milliseconds. */
  at: number
}

/** The events that a client received from one cursor on, until the log could no longer be followed. */
interface CursorRange {
  epoch: string
  after: number
  /** Why the range before it ended, and when this one began, in milliseconds. */
  reason: string
  at: number
  received: Received[]
}

export class Client {
  /** The only type of event in its filter; undefined for all types. */
  readonly type: string | undefined
  readonly ranges: CursorRange[] = []

  constructor(type: string | undefined) {
    this.type = type
  }

  get delivered(): number {
    return this.ranges.reduce((sum, { received }) => sum + received.length, 0)
  }

  begin(cursor: string, reason = ''): void {
    this.ranges.push({ ...placeOf(cursor), reason, at: performance.now(), received: [] })
  }

  /** Returns a description of each range, for people. */
  describe(): string {
    const seconds = (at = 0) => (at / 1000).toFixed(2)
    return this.ranges
      .map(({ epoch, after, reason, at, received }, i) => {
        const [first, last] = [received[0], received.at(-1)]
        const events = first
          ? `${first.position} (${seconds(first.at)} s) to ${last?.position} (${seconds(last?.at)} s)`
          : 'none'
        return `${i + 1}. ${seconds(at)} s: ${epoch.slice(0, 4)} after ${after}, received ${events}. ${reason}`
      })
      .join('\n')
  }

  receive(cursor: string, slug: string): void {
    const { epoch, after: position } = placeOf(cursor)
    this.ranges.at(-1)?.received.push({ epoch, position, slug, at: performance.now() })
  }
}

function placeOf(cursor: string): { epoch: string; after: number } {
  const [, epoch, after] = unseal(cursor) as [string, string, number]
  return { epoch, after }
}

/** Counts of wrong deliveries. */
export interface Wrongs {
  /** Events that a client did not receive. */
  lost: number
  /** Events that a client received twice, even across gaps. */
  duplicated: number
  disordered: number
  /** Events under a cursor to which the log has no event or another event. */
  untrue: number
  /** Reported gaps where the log has none. */
  falseGaps: number
}

interface KnownLog extends Log {
  /** The events by position, in order, including those that were pruned. */
  all: Map<number, Entry>
  /** For a lost log: the last position in the backup, and the time of the loss. */
  lost?: { kept: number; at: number }
}

export class Ledger {
  private readonly logs = new Map<string, KnownLog>()

  /** Records the current entries of a log. Call it before a pruning and at the end. */
  keep(log: Log): KnownLog {
    const known = this.logs.get(log.epoch)
    const all = new Map([...(known?.all.values() ?? []), ...log.entries].map((entry) => [entry.position, entry]))
    const kept = { ...known, ...log, all }
    this.logs.set(log.epoch, kept)
    return kept
  }

  /** Records a log that a backup has replaced. */
  lose(log: Log, lost: { kept: number; at: number }): void {
    this.keep(log).lost = lost
  }

  /** The slugs of all committed events. */
  get slugs(): Set<string> {
    return new Set([...this.logs.values()].flatMap(({ all }) => [...all.values()].map(({ slug }) => slug)))
  }

  /** Returns whether a client has received everything expected from a log that was not lost. */
  isComplete(client: Client): boolean {
    const range = client.ranges.at(-1)
    const log = this.logs.get(range?.epoch ?? '')
    if (!range || !log || log.lost) return false
    const last = log.entries.findLast(({ type }) => !client.type || type === client.type)?.position ?? 0
    return last <= (range.received.at(-1)?.position ?? range.after)
  }

  /**
   * Counts the wrong deliveries to a client. Calls `tell` with a description of each range in which events are missing or
   * were delivered before.
   */
  judge(client: Client, tell: (text: string) => void): Wrongs {
    const wrongs = { lost: 0, duplicated: 0, disordered: 0, untrue: 0, falseGaps: 0 }
    const known = new Map<string, { range: number; position: number }>()
    for (const [i, range] of client.ranges.entries()) {
      const { received } = range
      const again = received.filter(({ slug }) => known.has(slug))
      const [repeated, lastRepeated] = [again[0], again.at(-1)]
      for (const { slug, position } of received) {
        if (known.has(slug)) wrongs.duplicated++
        else known.set(slug, { range: i, position })
      }
      if (repeated && lastRepeated) {
        const before = known.get(repeated.slug)
        const late = Math.round(repeated.at - (client.ranges[i - 1]?.received.at(-1)?.at ?? repeated.at))
        tell(
          `Of ${range.epoch} from ${range.after}, ${again.length} were delivered again, from ${repeated.position} to ${lastRepeated.position}. ` +
            `The first one came in range ${(before?.range ?? 0) + 1} at ${before?.position} of ${client.ranges[before?.range ?? 0]?.epoch}, ` +
            `and again in range ${i + 1} of ${client.ranges.length}, ${late} ms after the last delivery of the range before. Ranges:\n${client.describe()}`,
        )
      }
      const log = this.logs.get(range.epoch)
      const isLast = i === client.ranges.length - 1
      // The client did not learn that its log was lost.
      if (!log || (isLast && log.lost)) {
        wrongs.lost++
        tell(`It still follows ${range.epoch}, which was lost, after ${range.after}.`)
        continue
      }
      const end = received.at(-1)?.position ?? range.after
      if (!isLast && !log.lost && end >= log.oldest) wrongs.falseGaps++
      wrongs.disordered += received.filter(({ position }, at) => position < (received[at - 1]?.position ?? 0)).length
      wrongs.untrue += received.filter(
        ({ epoch, position, slug }) => epoch !== range.epoch || log.all.get(position)?.slug !== slug,
      ).length
      const got = new Set(received.map(({ position }) => position))
      const until = isLast ? Number.POSITIVE_INFINITY : Math.min(end, sureUntil(log, received))
      const missing = [...wanted(log, client, range)].filter(({ position }) => position <= until && !got.has(position))
      wrongs.lost += missing.length
      const [first, last] = [missing[0], missing.at(-1)]
      if (first)
        tell(
          `Of ${range.epoch} from ${range.after} to ${end} ${missing.length} are missing, from ${first.position} to ${last?.position}. ` +
            `Range ${i + 1} of ${client.ranges.length}, kept after ${log.oldest}, backed up to ${log.lost?.kept ?? 'its end'}.`,
        )
    }
    return wrongs
  }
}

function* wanted({ all }: KnownLog, { type }: Client, { after }: CursorRange): Generator<Entry> {
  for (const entry of all.values()) if (entry.position > after && (!type || entry.type === type)) yield entry
}

/**
 * Returns the position up to which nothing may be missing. Deliveries after the loss of a log do not contain its lost
 * events.
 */
function sureUntil({ lost }: KnownLog, received: readonly Received[]): number {
  if (!lost) return Number.POSITIVE_INFINITY
  return Math.max(lost.kept, received.findLast(({ at }) => at < lost.at)?.position ?? 0)
}
