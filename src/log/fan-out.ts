// Spreads the log to its readers. Those who ask the same make up a group, for which each change is looked at once; what is
// rendered for one group serves all that render alike. A reader is no more than a position and what takes its items.
import { LRUCache } from 'lru-cache'
import { Group, Reader, type Sink } from './group.ts'
import type { Choose, Question } from './question.ts'
import { type Change, readChanges } from './read.ts'

/** How many changes are read at a time for readers that are behind, and how many such stretches are kept for how long. */
const PAGE = 100
const MOST_PAGES = 16
const PAGE_MS = 10_000

export class FanOut {
  private readonly groups = new Map<string, Group>()
  private readonly pages = new LRUCache<number, Change[]>({ max: MOST_PAGES, ttl: PAGE_MS })
  private readonly reading = new Map<number, Promise<readonly Change[]>>()
  private work: Promise<unknown> = Promise.resolve()
  private ended = false
  /** The last position that was spread. */
  head: number

  constructor(head: number) {
    this.head = head
  }

  /** How many follow. */
  get size(): number {
    return [...this.groups.values()].reduce((sum, { readers }) => sum + readers.size, 0)
  }

  /** Hands on what the log gained. */
  spread(changes: readonly Change[]): void {
    this.head = changes.at(-1)?.position ?? this.head
    this.work = this.work.then(() => this.hand(changes))
  }

  /** Has a sink filled with what came after a position, and with what comes. */
  read(question: Question, after: number, sink: Sink): Reader {
    let group = this.groups.get(question.key)
    if (!group) {
      group = new Group(question, this.head, {
        pageAfter: (position) => this.page(position),
        onEmpty: () => this.groups.delete(question.key),
      })
      this.groups.set(question.key, group)
    }
    const reader = new Reader(group, after, sink)
    if (this.ended) reader.end()
    else reader.resume()
    return reader
  }

  /** Ends all readers. */
  end(): void {
    this.ended = true
    for (const group of this.groups.values()) for (const reader of group.readers) reader.end()
  }

  /** All groups that choose alike are asked about together. */
  private async hand(changes: readonly Change[]): Promise<void> {
    const alike = new Map<Choose, Group[]>()
    for (const group of this.groups.values()) {
      const { choose } = group.question
      alike.set(choose, [...(alike.get(choose) ?? []), group])
    }
    await Promise.all(
      [...alike].map(async ([choose, groups]) => {
        const chosen = choose(
          changes,
          groups.map(({ question }) => question.wish as never),
        )
        await Promise.all(groups.map((group, i) => group.take(changes, async () => (await chosen)[i] ?? [])))
      }),
    )
  }

  /**
   * The page of the log that a position falls into. Many who lost their connections come back at one moment, from places near
   * each other: they read the same pages.
   */
  private page(position: number): Promise<readonly Change[]> {
    const start = position - (position % PAGE)
    const known = this.pages.get(start)
    if (known) return Promise.resolve(known)
    const under = this.reading.get(start)
    if (under) return under
    const page = this.readPage(start).finally(() => this.reading.delete(start))
    this.reading.set(start, page)
    return page
  }

  private async readPage(start: number): Promise<readonly Change[]> {
    const changes = (await readChanges(start, PAGE)).filter(({ position }) => position <= start + PAGE)
    if (changes.at(-1)?.position === start + PAGE) this.pages.set(start, changes)
    return changes
  }
}
