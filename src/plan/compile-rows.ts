// Plain lists as SQL: of rows that belong to a record, of the rows of a query, of what the columns of a row say.
import { getNamedType } from 'graphql'
import type { Compiler, Field } from './compile.ts'
import { type Json, print } from './json.ts'
import type { Meaning } from './meaning.ts'
import { everything } from './predicate.ts'
import { Rows } from './rows.ts'
import type { Nodes } from './selection.ts'
import { columnOf, joinTo, type Place, quote, toSql } from './sql.ts'

type Is<K extends Meaning['is']> = Extract<Meaning, { is: K }>

/** The rows of one relation in the order asked for, or those of several in the order of their ids. */
export function listOf(compiler: Compiler, meaning: Is<'list'>, field: Field, nodes: Nodes, place: Place): Json {
  const { conditions, size } = compiler.ask(meaning, field, nodes).question
  const isOne = meaning.parts.length === 1
  const parts = meaning.parts.map(({ relation, through }, i) => {
    const { on, to } = joinTo(place, relation, compiler)
    const rows = new Rows(compiler, isOne ? to : { ...to, seenFrom: columnOf(place, 'id') }, through)
    const ordered = rows.orderedBy(meaning.order)
    const item = print(compiler.row(getNamedType(field.type), rows.node, nodes))
    const items = isOne ? `${item} as item` : `${item} as item, ${columnOf(to, 'id')} as id`
    const where = `${on} and ${toSql(conditions[i] ?? everything, rows.place, compiler)}`
    return `select ${items} ${rows.from} where ${where} ${ordered} limit ${size}`
  })
  const items = isOne ? parts.join() : `(${parts.join(') union all (')}) order by id limit ${size}`
  return ['[', { sql: `coalesce((select string_agg(item, ',') from (${items}) q), '')` }, ']']
}

/** The rows of a query; notes what its readers have to hold. */
export function rowsOf(compiler: Compiler, meaning: Is<'rows'>, field: Field, nodes: Nodes): Json {
  const { size = 0 } = compiler.ask(meaning, field, nodes).question
  compiler.scopes.add(meaning.scope)
  return inOrder(compiler, meaning.sql(size), field, nodes)
}

/** What the columns of a row say. */
export function detailsOf(compiler: Compiler, { columns }: Is<'details'>, field: Field, nodes: Nodes, at: Place): Json {
  const values = Object.entries(columns).map(([kind, column]) => `(${quote(kind)}, ${columnOf(at, column)})`)
  const said = `select * from (values ${values.join(', ')}) v (kind, detail) where detail is not null`
  return inOrder(compiler, said, field, nodes)
}

function inOrder(compiler: Compiler, rows: string, field: Field, nodes: Nodes): Json {
  const row: Place = { model: 'Row', at: compiler.alias() }
  const object = print(compiler.row(getNamedType(field.type), row, nodes))
  const list = `string_agg(${object}, ',' order by ${row.at}.n)`
  const numbered = `select *, row_number() over () as n from (${rows}) r`
  return ['[', { sql: `coalesce((select ${list} from (${numbered}) ${row.at}), '')` }, ']']
}
