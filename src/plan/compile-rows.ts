// Plain lists as SQL: the rows that belong to a record, the records that columns of a row lead to, and lists that a column holds.
import { type GraphQLObjectType, getNamedType } from 'graphql'
import type { Compilation, Field } from './compilation.ts'
import { type Json, print } from './json.ts'
import { type Meaning, meaningOf } from './meaning.ts'
import { everything } from './predicate.ts'
import { Rows } from './rows.ts'
import type { Nodes } from './selection.ts'
import { columnOf, joinTo, type Place, toSql } from './sql.ts'

type Is<K extends Meaning['is']> = Extract<Meaning, { is: K }>

/** The rows of one relation in the order asked for, or those of several in the order of their ids. */
export function listOf(compiler: Compilation, meaning: Is<'list'>, field: Field, nodes: Nodes, place: Place): Json {
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

/** The records that columns of a row lead to. */
export function recordsAt(
  compiler: Compilation,
  { model, columns }: Is<'records'>,
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

/** The objects of a jsonb column, which holds an array of them. */
export function embeddedOf(
  compiler: Compilation,
  { column }: Is<'column'>,
  field: Field,
  nodes: Nodes,
  place: Place,
): Json {
  const type = getNamedType(field.type) as GraphQLObjectType
  const columns = Object.values(type.getFields()).map((part) => {
    const meaning = meaningOf(part)
    if (meaning?.is !== 'column') throw new Error(`The field ${type.name}.${part.name} is no column.`)
    return `"${meaning.column}" ${getNamedType(part.type).name === 'Int' ? 'int' : 'text'}`
  })
  const objects = `select * from jsonb_to_recordset(${columnOf(place, column)}) as v (${columns.join(', ')})`
  return inOrder(compiler, objects, field, nodes)
}

/** The rows of a query as a list, in the order of the query. */
export function inOrder(compiler: Compilation, rows: string, field: Field, nodes: Nodes): Json {
  const row: Place = { model: 'Row', at: compiler.alias() }
  const object = print(compiler.row(getNamedType(field.type), row, nodes))
  const list = `string_agg(${object}, ',' order by ${row.at}.n)`
  const numbered = `select *, row_number() over () as n from (${rows}) r`
  return ['[', { sql: `coalesce((select ${list} from (${numbered}) ${row.at}), '')` }, ']']
}
