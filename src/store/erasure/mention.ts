import type { TrackedType } from '../../db/generated/prisma/enums.ts'
import { slugOf } from '../../domain/name.ts'
import { erasedName, type Redactor } from '../../domain/redaction.ts'
import type { TextColumns } from './text-table.ts'

/** A text that contains a name of the person, in one place. */
export interface Mention {
  /** The table, the row and the column, such as "Event:01a20e2a-…:title". Entries of the log have the place of their record. */
  readonly place: string
  readonly text: string
  /** The text without the names; null if the value is removed. */
  readonly redacted: string | null
  /** Whether it stays: it is a present name of another actor, or the caller keeps it. */
  readonly isKept: boolean
  /** How often the text is stored there: in the row, in entries of the log, in merges and in repeated answers. */
  count: number
}

/** The row that a value belongs to. */
export interface Place {
  readonly table: string
  readonly id: string
  /** True for a row of the table. Default: false, for earlier states in the log and in merges. */
  readonly isPresent?: boolean
}

const tables: Record<TrackedType, string> = { ACTOR: 'Actor', EVENT: 'Event', SANCTION: 'Sanction', SOURCE: 'Source' }

/** The tables of the parts in the log, by their names in `children`. */
const parts: Record<string, string> = {
  person: 'Person',
  country: 'Country',
  asset: 'Asset',
  names: 'ActorName',
  identifiers: 'Identifier',
  relationships: 'Relationship',
  births: 'BirthClaim',
  detentions: 'Detention',
  participants: 'EventParticipant',
  links: 'EventLink',
  targets: 'SanctionTarget',
  actions: 'SanctionAction',
  reasons: 'SanctionReason',
  citations: 'Citation',
  disputedValues: 'DisputedValue',
  licences: 'Licence',
}

/** The names of actors. Those of the erased person are deleted, so that these belong to others. */
const actorNames: Record<string, readonly string[]> = { Actor: ['name', 'slug'], ActorName: ['value', 'searchKey'] }

/** Columns whose values have a form of their own, or are unique: the name makes way for the row's id. */
const keys: Record<string, readonly string[]> = {
  Event: ['slug'],
  Sanction: ['slug'],
  SanctionTarget: ['listingId'],
  Identifier: ['value'],
}

/** The length of a slug that is made from a title, without the part of the id. */
const MAX_SLUG_LENGTH = 80

/** Disputed fields whose values are texts. The values of the others are codes, numbers, and names of enum values. */
const disputedTexts = ['DESCRIPTION', 'TITLE', 'SUMMARY', 'NOTE']

type Json = Readonly<Record<string, unknown>>

/** Replaces the names of a person in values, and collects what it finds. */
export class Mentions {
  readonly #found = new Map<string, Mention>()
  readonly #redactor: Redactor
  readonly #columns: TextColumns
  readonly #kept: ReadonlySet<string>
  /** The present names of other actors that contain a name of the person. */
  readonly #presentNames: Set<string>

  constructor(redactor: Redactor, columns: TextColumns, kept: Iterable<string>, presentNames = new Set<string>()) {
    this.#redactor = redactor
    this.#columns = columns
    this.#kept = new Set(kept)
    this.#presentNames = presentNames
  }

  /** Returns one that replaces the same names, and has found no mentions. */
  copy(): Mentions {
    return new Mentions(this.#redactor, this.#columns, this.#kept, this.#presentNames)
  }

  get all(): Mention[] {
    return [...this.#found.values()]
  }

  /** Patterns for LIKE. Each text in ASCII with a name is like one of them. */
  get patterns(): string[] {
    return this.#redactor.words.map((word) => `%${word}%`)
  }

  /** Whether a text contains a name. */
  has(text: string): boolean {
    return this.#redactor.redact(text) !== undefined
  }

  /** Returns the value of a column without the names; the same value if there are none. */
  inColumn(value: unknown, column: string, place: Place, row: Json): unknown {
    if (this.#isCode(value, column, place, row)) return value
    if (typeof value !== 'string') return this.inJson(value, column, place)
    return this.#text(value, this.#redacted(value, column, row), column, place, (redacted) => {
      if (keys[place.table]?.includes(column)) return `${place.table.toLowerCase()}-${place.id}`
      // An address with a part missing leads nowhere, and two of them might be equal.
      return place.table === 'Source' && column === 'url' ? null : redacted
    })
  }

  /** Returns a JSON value without the names, with all of its texts in one place. */
  inJson(value: unknown, column: string, place: Place): unknown {
    if (typeof value === 'string')
      return this.#text(value, this.#redactor.redact(value), column, place, (redacted) => redacted)
    if (Array.isArray(value)) return mapped(value, (part) => this.inJson(part, column, place))
    if (typeof value !== 'object' || value === null) return value
    return mappedFields(value as Json, (part) => this.inJson(part, column, place))
  }

  /** Returns columns of a row that a merge recorded without the names. They can become columns of the row again. */
  inMergedRow(row: unknown, place: Place): unknown {
    if (typeof row !== 'object' || row === null) return row
    return mappedFields(row as Json, (value, column) => this.inColumn(value, column, place, row as Json))
  }

  /** Returns columns of a row in the log without the names. */
  #inRow(row: unknown, place: Place): unknown {
    if (typeof row !== 'object' || row === null) return row
    return mappedFields(row as Json, (value, column) => {
      if (this.#isCode(value, column, place, row as Json)) return value
      if (typeof value !== 'string') return this.inJson(value, column, place)
      return this.#text(value, this.#redacted(value, column, row as Json), column, place, (redacted) => redacted)
    })
  }

  /** Returns a text without the names; undefined if it contains none. */
  #redacted(text: string, column: string, { title }: Json): string | undefined {
    const redacted = this.#redactor.redact(text)
    if (redacted !== undefined || column !== 'slug' || typeof title !== 'string') return redacted
    // A slug ends within a name if its title is long, and "O&#39;Malley" becomes "o-39-malley" in it.
    const redactedTitle = this.#redactor.redact(title)
    if (redactedTitle === undefined) return undefined
    return isSlugOf(text, title) && !isSlugOf(text, redactedTitle) ? erasedName : undefined
  }

  /** Returns whether a value is not text, although its column may be. */
  #isCode(value: unknown, column: string, { table }: Place, row: Json): boolean {
    if (!this.#columns.isText(table, column)) return true
    if (typeof value !== 'string') return false
    if (table === 'Identifier') return /^[A-Z0-9]{1,3}$/.test(value)
    if (table !== 'DisputedValue' || column !== 'text') return false
    // A merge records only the columns that it changed.
    return typeof row.field === 'string' ? !disputedTexts.includes(row.field) : /^[A-Z0-9_.-]+$/.test(value)
  }

  /** Returns `before` or `after` of an entry of the log without the names. */
  inRecord(row: unknown, { type, entityId }: { type: TrackedType; entityId: string }): unknown {
    return this.#inRow(row, { table: tables[type], id: entityId })
  }

  /** Returns `children` of an entry of the log without the names, and without the parts that are left out. */
  inChildren(children: unknown, entityId: string, isLeftOut: (part: unknown) => boolean): unknown {
    if (typeof children !== 'object' || children === null) return children
    return mappedFields(children as Json, (hows, child) =>
      mappedFields(hows as Json, (items) =>
        mapped(items as readonly Json[], (item) =>
          isLeftOut(item) ? item : this.#inItem(item, parts[child] ?? child, entityId),
        ),
      ),
    )
  }

  #inItem(item: Json, table: string, entityId: string): unknown {
    const { before, after } = item
    const rowOf = (row: Json) => this.#inRow(row, { table, id: String(row.id ?? row.actorId ?? entityId) })
    if (typeof before !== 'object' || typeof after !== 'object') return rowOf(item)
    return mappedFields(item, (row) => rowOf(row as Json))
  }

  #text(
    text: string,
    redacted: string | undefined,
    column: string,
    { table, id, isPresent }: Place,
    replaced: (redacted: string) => string | null,
  ): string | null {
    if (redacted === undefined) return text
    const place = `${table}:${id}:${column}`
    const isActorName = actorNames[table]?.includes(column) === true
    if (isActorName && isPresent) this.#presentNames.add(text)
    const isKept = this.#kept.has(place) || (isActorName && this.#presentNames.has(text))
    const known = this.#found.get(`${place} ${text}`)
    if (known) known.count++
    else
      this.#found.set(`${place} ${text}`, {
        place,
        text,
        redacted: isKept ? text : replaced(redacted),
        isKept,
        count: 1,
      })
    return isKept ? text : replaced(redacted)
  }
}

/** Returns whether a slug may have been made from a title. A slug may be shorter, or have a part of the id at its end. */
function isSlugOf(slug: string, title: string): boolean {
  const whole = slugOf(title)
  return (
    whole.startsWith(slug) || (whole.length > 0 && slug.startsWith(whole.slice(0, MAX_SLUG_LENGTH).replace(/-$/, '')))
  )
}

/** Maps the items of a list. Returns the list itself if none changes. */
function mapped<T>(list: readonly T[], map: (item: T) => unknown): unknown {
  const result = list.map(map)
  return result.some((item, i) => item !== list[i]) ? result : list
}

/** Maps the fields of an object. Returns the object itself if none changes. */
function mappedFields(object: Json, map: (value: unknown, name: string) => unknown): unknown {
  const fields = Object.entries(object).map(([name, value]) => [name, map(value, name)] as const)
  return fields.some(([name, value]) => value !== object[name]) ? Object.fromEntries(fields) : object
}
