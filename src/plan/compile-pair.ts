// Two records at the root as one row, and what is selected of it.
import { getNamedType } from 'graphql'
import type { Compiler, Field } from './compile.ts'
import { type Json, print, read } from './json.ts'
import type { Meaning } from './meaning.ts'
import { everything, type Predicate } from './predicate.ts'
import type { Nodes } from './selection.ts'
import { columnOf, type Place, toSql } from './sql.ts'

/** The object of the pair, or null where the conditions do not lead to two records. */
export function pairOf(
  compiler: Compiler,
  meaning: Extract<Meaning, { is: 'pair' }>,
  field: Field,
  nodes: Nodes,
): Json {
  const { conditions } = compiler.ask(meaning, field, nodes).question
  const { model } = meaning
  const end = (condition: Predicate = everything) => {
    const place: Place = { model, at: compiler.alias() }
    return {
      place,
      id: columnOf(place, 'id'),
      from: `"${model}" ${place.at}`,
      where: toSql(condition, place, compiler),
    }
  }
  const [first, second] = [end(conditions[0]), end(conditions[1])]
  const pair: Place = { model: 'Pair', at: compiler.alias() }
  const object = print(compiler.row(getNamedType(field.type), pair, nodes))
  const rows = `select ${first.id} as "firstId", ${second.id} as "secondId" from ${first.from}, ${second.from}
    where ${first.where} and ${second.where} and ${first.id} <> ${second.id}`
  return read(`coalesce((select ${object} from (${rows}) ${pair.at}), 'null')`)
}

/** The records that columns of a row lead to. */
export function recordsAt(
  compiler: Compiler,
  { model, columns }: Extract<Meaning, { is: 'records' }>,
  field: Field,
  nodes: Nodes,
  place: Place,
): Json {
  const records = columns.map((column) => {
    const to: Place = { model, at: compiler.alias() }
    const object = print(compiler.row(getNamedType(field.type), to, nodes))
    return {
      sql: `(select ${object} from "${model}" ${to.at} where ${columnOf(to, 'id')} = ${columnOf(place, column)})`,
    }
  })
  return ['[', ...records.flatMap((record, i) => (i ? [',', record] : [record])), ']']
}
