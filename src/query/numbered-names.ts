import type { Condition } from './condition.ts'
import { comparisonsOf, parameterOf } from './condition-sql.ts'
import type { StatementNames } from './table-ref.ts'

/** Aliases t1, t2, … and parameters $1, $2, … in the order in which a statement uses them, with the values of the parameters. */
export class NumberedNames implements StatementNames {
  readonly values: unknown[] = []
  private aliases = 0

  alias(): string {
    return `t${++this.aliases}`
  }

  parameter(comparison: Condition): string {
    this.values.push(...comparisonsOf(comparison).map(parameterOf))
    return `$${this.values.length}`
  }
}
