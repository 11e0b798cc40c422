// A validated operation as one statement that yields the JSON text of its `data`. It walks what is selected; what each field
// reads, its meaning says. docs/prepared-documents.md follows a query to its SQL.
import { type GraphQLNamedType, type GraphQLObjectType, getNamedType, isInterfaceType, isObjectType } from 'graphql'
import type { Scope } from '../domain/scope.ts'
import type { Compilation, Field } from './compilation.ts'
import { connectionOf } from './compile-connection.ts'
import { recordOf, recordsOf } from './compile-record.ts'
import { embeddedOf, listOf, recordsAt } from './compile-rows.ts'
import { base64url, type Entry, type Json, knownText, objectOf, orNull, print, read, scalarOf } from './json.ts'
import { byKind, kindCondition } from './kind.ts'
import { type Kinds, kindsOf, type Meaning, meaningOf } from './meaning.ts'
import { joinOf } from './model.ts'
import type { Predicate } from './predicate.ts'
import { Rows } from './rows.ts'
import { merged, type Nodes, type Operation, type Selected, selectedOf, selectedOfRoot } from './selection.ts'
import { type Asked, type Questioning, type Site, siteOf } from './site.ts'
import { columnOf, joinTo, type Place, quote, toSql } from './sql.ts'
import { sqlRowsOf } from './sql-rows.ts'
import { Mistake, Unplanned } from './unplanned.ts'

/** What an operation compiles to. */
export interface Compiled {
  /** The statement; undefined where no row is to be read. */
  text: string | undefined
  /** The JSON text of `data`, where no row is to be read. */
  known: string | undefined
  /** Where arguments are passed, and what was asked there. */
  asked: readonly AskedAt[]
  /** Which of all the values asked with are the parameters, in their order: a list of which only the count is read uses few. */
  parameters: readonly number[]
  /** What a caller has to hold to be answered. */
  scopes: ReadonlySet<Scope>
}

interface AskedAt {
  site: Site
  asked: Asked
}

type Is<K extends Meaning['is']> = Extract<Meaning, { is: K }>

/**
 * The milliseconds that the server spent on the statement, planning included. It is computed after `data`, and unlike a time
 * that the client measures, it does not grow while the client is busy.
 */
const ELAPSED = '(extract(epoch from clock_timestamp() - transaction_timestamp()) * 1000)::float8'

/** Throws Unplanned where a part of the operation has no SQL, and what is wrong with its arguments. */
export function compile(operation: Operation): Compiled {
  const compiler = new Compiler(operation)
  const data = compiler.root()
  const known = knownText(data)
  const text = known === undefined ? `select ${print(data)} as data, ${ELAPSED} as elapsed` : undefined
  const { asked, parameters, scopes } = compiler
  return { text, known, asked, parameters: [...parameters.keys()], scopes }
}

/** The making of one statement. */
export class Compiler implements Compilation {
  readonly operation: Operation
  readonly asked: AskedAt[] = []
  /** The number of each parameter, by the value's place among all that were asked with. */
  readonly parameters = new Map<number, number>()
  readonly scopes = new Set<Scope>()
  private readonly values = new Map<Predicate, number>()
  private valueCount = 0
  private aliases = 0

  constructor(operation: Operation) {
    this.operation = operation
  }

  alias(): string {
    return `t${++this.aliases}`
  }

  parameter(leaf: Predicate): string {
    const value = this.values.get(leaf)
    if (value === undefined) throw new Error('A condition of the statement is missing in the bound arguments.')
    const number = this.parameters.get(value) ?? this.parameters.size + 1
    this.parameters.set(value, number)
    return `$${number}`
  }

  root(): Json {
    const query = this.operation.schema.getQueryType() as GraphQLObjectType
    return objectOf(
      selectedOfRoot(this.operation, query).map((selected) => {
        const { key, nodes } = selected
        try {
          return { key, value: this.rootField(query, selected) }
        } catch (error) {
          throw error instanceof Unplanned ? error : new Mistake(error, key, nodes)
        }
      }),
    )
  }

  private rootField(query: GraphQLObjectType, { name, field, nodes }: Selected): Json {
    if (!field || name === '__typename') return typeName(query, name)
    const meaning = meaningOf(field)
    if (meaning?.is === 'connection') return connectionOf(this, meaning, field, nodes)
    if (meaning?.is === 'one') return recordOf(this, meaning, field, nodes)
    if (meaning?.is === 'sql') return sqlRowsOf(this, meaning, field, nodes)
    if (meaning?.is === 'nodes') return recordsOf(this, meaning, field, nodes)
    throw new Unplanned(`Query.${name}`)
  }

  /** What a field's arguments ask for: once for all types that share the field. */
  ask(meaning: Questioning, field: Field, nodes: Nodes): Asked {
    const [node] = nodes
    if (!node) throw new Error(`The field ${field.name} has no selection.`)
    const known = this.asked.find(({ site }) => site.node === node && site.meaning === meaning)
    if (known) return known.asked
    const site = siteOf(meaning, field, node)
    const asked = site.ask(this.operation.variables)
    this.asked.push({ site, asked })
    for (const leaf of asked.leaves) this.values.set(leaf, this.valueCount++)
    return asked
  }

  /** A row as the object that is selected of it, whichever type of an interface it is. */
  row(type: GraphQLNamedType, place: Place, nodes: Nodes): Json {
    if (isObjectType(type)) return this.object(selectedOf(this.operation, type, nodes), place)
    const kinds = isInterfaceType(type) ? kindsOf(type) : undefined
    if (!kinds) throw new Unplanned(`the type ${type.name}`)
    const selections = Object.values(kinds.types).map((name) => selectedOf(this.operation, this.type(name), nodes))
    const one = merged(selections)
    if (one) return this.object(one, place, kinds)
    const objects = selections.map((selection) => print(this.object(selection, place)))
    return read(byKind(kinds, place, objects))
  }

  private object(selection: readonly Selected[], place: Place, kinds?: Kinds): Json {
    return objectOf(
      selection.map((selected): Entry => {
        const value = this.field(selected, place, kinds)
        return { key: selected.key, value, when: kinds && kindCondition(kinds, place, selected.types) }
      }),
    )
  }

  private field({ name, field, nodes, types }: Selected, place: Place, kinds?: Kinds): Json {
    const [type] = types
    if (!type) throw new Error(`The field ${name} has no parent type.`)
    const names =
      kinds && types.length > 1 ? byKind(kinds, place, Object.values(kinds.types).map(quote)) : quote(type.name)
    if (!field) return types.length > 1 ? read(`'"' || ${names} || '"'`) : typeName(type, name)
    const meaning = meaningOf(field)
    if (meaning) return this.value(meaning, field, nodes, place)
    if (name !== 'id') throw new Unplanned(`${type.name}.${name}`)
    return ['"', { sql: base64url(`${names} || ':' || ${columnOf(place, 'id')}`) }, '"']
  }

  private value(meaning: Meaning, field: Field, nodes: Nodes, place: Place): Json {
    switch (meaning.is) {
      case 'column':
        if (isObjectType(getNamedType(field.type))) return embeddedOf(this, meaning, field, nodes, place)
        return this.related(meaning.relation, field, place, (at) => scalarOf(field.type, columnOf(at, meaning.column)))
      case 'fuzzyDate':
        return this.related(meaning.relation, field, place, (at) => this.fuzzyDate(meaning, field, nodes, at))
      case 'record':
        return this.record(meaning, field, nodes, place)
      case 'otherEnd':
        return this.otherEnd(meaning, field, nodes, place)
      case 'lookup':
        return this.lookup(meaning, field, nodes, place)
      case 'list':
        return listOf(this, meaning, field, nodes, place)
      case 'connection':
        return connectionOf(this, meaning, field, nodes, place)
      case 'sql':
        return sqlRowsOf(this, meaning, field, nodes, { parent: place })
      case 'records':
        return recordsAt(this, meaning, field, nodes, place)
      default:
        throw new Unplanned(`${field.name} below the root`)
    }
  }

  /** A value of the row itself, or of the one that a to-one relation leads to. */
  private related(relation: string | undefined, field: Field, place: Place, value: (at: Place) => Json): Json {
    if (!relation) return value(place)
    const { table, on, to } = joinTo(place, relation, this)
    return orNull(field.type, `(select ${print(value(to))} from ${table} where ${on})`)
  }

  private fuzzyDate({ prefix }: Is<'fuzzyDate'>, field: Field, nodes: Nodes, place: Place): Json {
    const type = getNamedType(field.type) as GraphQLObjectType
    const parts = selectedOf(this.operation, type, nodes).map(({ key, name, field: part }): Entry => {
      if (!part) return { key, value: typeName(type, name) }
      const column = prefix + part.name.charAt(0).toUpperCase() + part.name.slice(1)
      return { key, value: scalarOf(part.type, columnOf(place, column)) }
    })
    const isSaid = `${columnOf(place, `${prefix}Precision`)} is not null`
    return orNull(field.type, `case when ${isSaid} then ${print(objectOf(parts))} end`)
  }

  private record({ path: [first, ...others] }: Is<'record'>, field: Field, nodes: Nodes, place: Place): Json {
    const { table, on, to } = joinTo(place, first, this)
    let last = to
    const joins = others.map((relation) => {
      const next = joinTo(last, relation, this)
      last = next.to
      return ` join ${next.table} on ${next.on}`
    })
    const object = print(this.row(getNamedType(field.type), last, nodes))
    return orNull(field.type, `(select ${object} from ${table}${joins.join('')} where ${on})`)
  }

  private otherEnd({ ends: [first, second] }: Is<'otherEnd'>, field: Field, nodes: Nodes, place: Place): Json {
    const { model, mine, theirs } = joinOf(place.model, second)
    const far = columnOf(place, mine)
    const near = columnOf(place, joinOf(place.model, first).mine)
    const id = place.seenFrom ? `case when ${far} = ${place.seenFrom} then ${near} else ${far} end` : far
    const to: Place = { model, at: this.alias() }
    const object = print(this.row(getNamedType(field.type), to, nodes))
    return orNull(field.type, `(select ${object} from "${model}" ${to.at} where ${columnOf(to, theirs)} = ${id})`)
  }

  private lookup(meaning: Is<'lookup'>, field: Field, nodes: Nodes, place: Place): Json {
    const { relation, column, order, otherwise } = meaning
    const [condition] = this.ask(meaning, field, nodes).question.conditions
    const own = otherwise ? columnOf(place, otherwise) : 'null'
    if (!condition) return scalarOf(field.type, own)
    const { on, to } = joinTo(place, relation, this)
    const rows = new Rows(this, to)
    const ordered = rows.orderedBy(order)
    const where = `${on} and ${toSql(condition, rows.place, this)}`
    const found = `(select ${columnOf(to, column)} ${rows.from} where ${where} ${ordered} limit 1)`
    return scalarOf(field.type, otherwise ? `coalesce(${found}, ${own})` : found)
  }

  /** The object type of that name. */
  type(name: string): GraphQLObjectType {
    return this.operation.schema.getType(name) as GraphQLObjectType
  }
}

const typeName = (type: GraphQLObjectType, field: string): Json => {
  if (field !== '__typename') throw new Unplanned(`${type.name}.${field}`)
  return [JSON.stringify(type.name)]
}
