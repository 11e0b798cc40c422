import { LRUCache } from 'lru-cache'
import type { Lane } from '../db/lane.ts'
import { gaps } from '../domain/log-cursor.ts'
import type { Change } from './change.ts'

/** The number of changes in a page. */
export const PAGE = 100

/** The number of cached pages, and how long a page stays cached. */
const MAX_PAGES = 16
const CACHE_MS = 10_000

/** The number of newest changes that are cached. */
const MAX_RECENT = 300

/** The name of the log's reader among the callers of the lane, which take turns. */
const CALLER = ' the log'

/** Reads the log in pages. Caches the newest changes and recently read pages for `CACHE_MS`. */
export class LogPages {
  private readonly lane: Lane
  private readonly epoch: string
  private readonly pages = new LRUCache<number, readonly Change[]>({ max: MAX_PAGES, ttl: CACHE_MS })
  private readonly reading = new Map<number, Promise<readonly Change[]>>()
  /** The newest changes, without gaps. */
  private recent: Change[] = []
  private grownAt = 0
  /** How often the cache was emptied: a page that was being read then is not cached. */
  private erasures = 0

  constructor(lane: Lane, epoch: string) {
    this.lane = lane
    this.epoch = epoch
  }

  /** Adds new changes to the cache. After an erasure, earlier entries of the log have lost content, so the cache drops them. */
  add(changes: readonly Change[]): void {
    if (changes.some(({ operation }) => operation === 'ERASED')) {
      this.pages.clear()
      this.reading.clear()
      this.recent = []
      this.erasures++
    }
    const follows = this.recent.at(-1)?.position === (changes[0]?.position ?? 0) - 1
    this.recent = [...(follows ? this.recent : []), ...changes].slice(-MAX_RECENT)
    this.grownAt = performance.now()
  }

  /**
   * Returns the changes after a position: at least one, at most a page. Throws if the log lacks the next change or was replaced.
   * `onRead` is called with the milliseconds that the statement took, unless the changes were cached.
   */
  async after(position: number, onRead: (milliseconds: number) => void = () => {}): Promise<readonly Change[]> {
    const known = this.recentAfter(position)
    if (known) return known
    let changes = await this.pageAfter(position, onRead)
    // The statement may have been shared and have read the log before the next change was appended.
    if (changes.length === 0) changes = await this.pageAfter(position, onRead)
    const [first] = changes
    if (!first) throw new Error(`The change log has no change after ${position}.`)
    if (first.position > position + 1) throw new Error(`The change log was pruned beyond ${position}.`)
    return changes
  }

  /** Drops cache entries that are older than `CACHE_MS`. */
  sweep(): void {
    this.pages.purgeStale()
    if (performance.now() - this.grownAt > CACHE_MS) this.recent = []
  }

  private recentAfter(position: number): readonly Change[] | undefined {
    const first = this.recent[0]?.position ?? Number.POSITIVE_INFINITY
    const start = position + 1 - first
    return start >= 0 && start < this.recent.length ? this.recent.slice(start, start + PAGE) : undefined
  }

  private async pageAfter(position: number, onRead: (milliseconds: number) => void): Promise<readonly Change[]> {
    const page = await this.pageOf(position, onRead)
    return page.filter((change) => change.position > position)
  }

  /**
   * Returns the page that contains the change after a position. Concurrent calls for one page share a statement: clients that
   * reconnect at the same time have similar positions.
   */
  private pageOf(position: number, onRead: (milliseconds: number) => void): Promise<readonly Change[]> {
    const start = position - (position % PAGE)
    const known = this.pages.get(start)
    if (known) return Promise.resolve(known)
    const running = this.reading.get(start)
    if (running) return running
    const page = this.read(start, onRead).finally(() => {
      if (this.reading.get(start) === page) this.reading.delete(start)
    })
    this.reading.set(start, page)
    return page
  }

  private async read(start: number, onEnd: (milliseconds: number) => void): Promise<readonly Change[]> {
    const { erasures } = this
    const { rows } = await this.lane.run<Omit<Change, 'position'> & { position: string | null; epoch: string }>(
      {
        name: 'page of the log',
        text: `SELECT c.*, f.epoch FROM "FeedHead" f
          LEFT JOIN "Change" c ON c.position > $1 AND c.position <= $1 + $2::int ORDER BY c.position`,
        values: [start, PAGE],
      },
      { caller: CALLER, onEnd },
    )
    if (rows[0]?.epoch !== this.epoch) throw gaps.replaced
    const changes = rows.flatMap(({ epoch: _, position, ...row }): Change[] =>
      position === null ? [] : [{ ...row, position: Number(position) }],
    )
    if (changes.length === PAGE && erasures === this.erasures) this.pages.set(start, changes)
    return changes
  }
}
