import type { Predicate } from './predicate.ts'
import { leavesOf, type Names, parameterOf } from './sql.ts'

/** Aliases and parameters in the order in which a text mentions them. */
export class Numbered implements Names {
  readonly values: unknown[] = []
  private aliases = 0

  alias(): string {
    return `t${++this.aliases}`
  }

  parameter(leaf: Predicate): string {
    this.values.push(...leavesOf(leaf).map(parameterOf))
    return `$${this.values.length}`
  }
}
