// Plain lists as SQL: the rows that belong to a record, the records that columns of a row lead to, and lists that a column holds.
import { type GraphQLObjectType, getNamedType } from 'graphql'
import { everything } from '../condition.ts'
import { type FieldPlan, fieldPlanOf } from '../field-plan.ts'
import { JoinedRows } from '../joined-rows.ts'
import { columnOf, joinTo, type TableRef, toSql } from '../sql.ts'
import type { Compilation, Field } from './compilation.ts'
import { type Json, print } from './json.ts'
import type { Nodes } from './selection.ts'

type Is<K extends FieldPlan['is']> = Extract<FieldPlan, { is: K }>

/** The rows of one relation in the order asked for, or those of several in the order of their ids. */
export function listOf(compiler: Compilation, fieldPlan: Is<'list'>, field: Field, nodes: Nodes, ref: TableRef): Json {
  const { conditions, size } = compiler.bindArguments(fieldPlan, field, nodes).planArguments
  const isOne = fieldPlan.parts.length === 1
  const parts = fieldPlan.parts.map(({ relation, join }, i) => {
    const { on, to } = joinTo(ref, relation, compiler)
    const rows = new JoinedRows(compiler, isOne ? to : { ...to, seenFrom: columnOf(ref, 'id') }, join)
    const ordered = rows.orderedBy(fieldPlan.order)
    const item = print(compiler.row(getNamedType(field.type), rows.node, nodes))
    const items = isOne ? `${item} as item` : `${item} as item, ${columnOf(to, 'id')} as id`
    const where = `${on} and ${toSql(conditions[i] ?? everything, rows.ref, compiler)}`
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
  ref: TableRef,
): Json {
  const records = columns.map((column) => {
    const to: TableRef = { model, at: compiler.alias() }
    const object = print(compiler.row(getNamedType(field.type), to, nodes))
    return {
      sql: `(select ${object} from "${model}" ${to.at} where ${columnOf(to, 'id')} = ${columnOf(ref, column)})`,
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
  ref: TableRef,
): Json {
  const type = getNamedType(field.type) as GraphQLObjectType
  const columns = Object.values(type.getFields()).map((part) => {
    const fieldPlan = fieldPlanOf(part)
    if (fieldPlan?.is !== 'column') throw new Error(`The field ${type.name}.${part.name} is no column.`)
    return `"${fieldPlan.column}" ${getNamedType(part.type).name === 'Int' ? 'int' : 'text'}`
  })
  const objects = `select * from jsonb_to_recordset(${columnOf(ref, column)}) as v (${columns.join(', ')})`
  return inOrder(compiler, objects, field, nodes)
}

/** The rows of a query as a list, in the order of the query. */
export function inOrder(compiler: Compilation, rows: string, field: Field, nodes: Nodes): Json {
  const row: TableRef = { model: 'Row', at: compiler.alias() }
  const object = print(compiler.row(getNamedType(field.type), row, nodes))
  const list = `string_agg(${object}, ',' order by ${row.at}.n)`
  const numbered = `select *, row_number() over () as n from (${rows}) r`
  return ['[', { sql: `coalesce((select ${list} from (${numbered}) ${row.at}), '')` }, ']']
}
