import type { BadLine } from '../formats/line.ts'

/** A reason for rejections, and how often it occurred. */
export interface RejectionReason {
  count: number
  readonly first: BadLine
}

/** Maximum number of reasons that are counted separately. It limits the memory; the importer has about 40. */
const MAX_REASONS = 200

/** Adds a rejection to the reason that it shares with earlier ones: reasons that differ only in names and numbers are the same. */
export function addReason(reasons: Map<string, RejectionReason>, rejection: BadLine): void {
  const kind = kindOf(rejection.reason)
  const known = reasons.get(kind)
  if (known) known.count++
  else if (reasons.size < MAX_REASONS) reasons.set(kind, { count: 1, first: rejection })
}

/** Returns a reason without what differs from row to row: quoted text, identifiers such as "GDELT:123", and numbers. */
const kindOf = (reason: string): string =>
  reason
    .replace(/"[^"]*"/g, '""')
    .replace(/\b[A-Z][A-Z0-9_]*:\S+/g, ':')
    .replace(/\d[\d, ]*/g, '0')
