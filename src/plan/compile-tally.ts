// What the rows of a list come to, as the JSON of a list of objects.
import { type GraphQLObjectType, getNamedType } from 'graphql'
import type { Compiler, Field } from './compile.ts'
import { countedSql, type FacetName, facetSql } from './facet.ts'
import { type Json, objectOf, print, read } from './json.ts'
import { type Meaning, meaningOf } from './meaning.ts'
import { everything, type Predicate } from './predicate.ts'
import { type Nodes, type Selected, selectedOf } from './selection.ts'
import { type Source, sourceOf } from './source.ts'
import { type Place, toSql } from './sql.ts'
import { monthsSql } from './tally.ts'

/** The months in their order. */
export function monthsOf(
  compiler: Compiler,
  meaning: Extract<Meaning, { is: 'months' }>,
  field: Field,
  nodes: Nodes,
  parent: Place,
): Json {
  const [where = everything] = compiler.ask(meaning, field, nodes).question.conditions
  const { rows, on } = sourceOf(compiler, meaning.source, parent)
  const months = monthsSql(rows, `${on} and ${toSql(where, rows.place, compiler)}`)
  const month: Place = { model: 'Month', at: compiler.alias() }
  const object = print(compiler.row(getNamedType(field.type), month, nodes))
  const list = `string_agg(${object}, ',' order by ${month.at}.month)`
  return ['[', { sql: `coalesce((select ${list} from (${months}) ${month.at}), '')` }, ']']
}

/** The facets of a connection that were asked for, over all the rows that meet its filter, which are read once. */
export function facetsOf(compiler: Compiler, selected: Selected, { rows, on }: Source, where: Predicate): Json {
  const { field, nodes } = selected
  const meaning = field && meaningOf(field)
  if (!field || meaning?.is !== 'facets') throw new Error('Facets were selected on a list without facets.')
  const { by = [], size = 0 } = compiler.ask(meaning, field, nodes).question
  const type = getNamedType(field.type) as GraphQLObjectType
  const counted = compiler.alias()
  const facets = by.map((name) =>
    objectOf(
      selectedOf(compiler.operation, type, nodes).map((part) => {
        const { key } = part
        if (part.name === '__typename') return { key, value: [JSON.stringify(type.name)] }
        if (part.name === 'by') return { key, value: [JSON.stringify(name)] }
        return { key, value: valuesOf(compiler, part, facetSql(name as FacetName, counted, size)) }
      }),
    ),
  )
  const events = countedSql(rows, `${on} and ${toSql(where, rows.place, compiler)}`)
  const list: Json = ['[', ...facets.flatMap((facet, i) => (i ? [',', ...facet] : facet)), ']']
  return read(`(with ${counted} as materialized (${events}) select ${print(list)})`)
}

function valuesOf(compiler: Compiler, { field, nodes }: Selected, facet: string): Json {
  if (!field) throw new Error('The values of a facet were selected without fields.')
  const value: Place = { model: 'FacetValue', at: compiler.alias() }
  const object = print(compiler.row(getNamedType(field.type), value, nodes))
  const list = `string_agg(${object}, ',' order by ${value.at}.n)`
  return ['[', { sql: `coalesce((select ${list} from (${facet}) ${value.at}), '')` }, ']']
}
