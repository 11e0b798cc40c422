import type { Condition } from './condition.ts'
import { leavesOf, parameterOf, type SqlNames } from './sql.ts'

/** Aliases and parameters in the order in which a text mentions them. */
export class NumberedNames implements SqlNames {
  readonly values: unknown[] = []
  private aliases = 0

  alias(): string {
    return `t${++this.aliases}`
  }

  parameter(leaf: Condition): string {
    this.values.push(...leavesOf(leaf).map(parameterOf))
    return `$${this.values.length}`
  }
}
