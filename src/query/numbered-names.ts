import type { Condition } from './condition.ts'
import { comparisonsOf, parameterOf } from './condition-sql.ts'
import type { StatementNames } from './table-ref.ts'

/** Aliases and parameters in the order in which a text mentions them. */
export class NumberedNames implements StatementNames {
  readonly values: unknown[] = []
  private aliases = 0

  alias(): string {
    return `t${++this.aliases}`
  }

  parameter(leaf: Condition): string {
    this.values.push(...comparisonsOf(leaf).map(parameterOf))
    return `$${this.values.length}`
  }
}
