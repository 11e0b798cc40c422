// A validated operation as one statement that yields the JSON text of its `data`. It walks what is selected; each
// field's plan says what it reads. docs/prepared-documents.md follows a query to its SQL.
import { type GraphQLNamedType, type GraphQLObjectType, getNamedType, isInterfaceType, isObjectType } from 'graphql'
import type { Scope } from '../../domain/scope.ts'
import type { Condition } from '../condition.ts'
import { type FieldPlan, fieldPlanOf, type Kinds, kindsOf } from '../field-plan.ts'
import { JoinedRows } from '../joined-rows.ts'
import { Mistake, NotCompilable } from '../not-compilable.ts'
import { joinOf } from '../prisma-model.ts'
import { columnOf, joinTo, quote, type TableRef, toSql } from '../sql.ts'
import { sqlRowsOf } from '../sql-rows.ts'
import { type ArgumentSite, argumentSiteOf, type BoundArguments, type PlanWithArguments } from './argument-site.ts'
import type { Compilation, Field } from './compilation.ts'
import { connectionOf } from './connection.ts'
import { base64url, type Json, type JsonMember, knownText, objectOf, orNull, print, read, scalarOf } from './json.ts'
import { byKind, kindCondition } from './kind.ts'
import { embeddedOf, listOf, recordsAt } from './lists.ts'
import { recordOf, recordsOf } from './record.ts'
import { merged, type Nodes, type Operation, type Selected, selectedOf, selectedOfRoot } from './selection.ts'

/** What an operation compiles to. */
export interface Compiled {
  /** The statement; undefined where no row is to be read. */
  text: string | undefined
  /** The JSON text of `data`, where no row is to be read. */
  known: string | undefined
  /** The argument sites, each with its bound arguments. */
  bound: readonly BoundSite[]
  /** Which of all bound values are the parameters, in their order: a list of which only the count is read uses few. */
  parameters: readonly number[]
  /** What a caller has to hold to be answered. */
  scopes: ReadonlySet<Scope>
}

interface BoundSite {
  site: ArgumentSite
  bound: BoundArguments
}

type Is<K extends FieldPlan['is']> = Extract<FieldPlan, { is: K }>

/**
 * The milliseconds that the server spent on the statement, planning included. It is computed after `data`, and unlike a time
 * that the client measures, it does not grow while the client is busy.
 */
const ELAPSED = '(extract(epoch from clock_timestamp() - transaction_timestamp()) * 1000)::float8'

/** Throws NotCompilable where a part of the operation has no SQL, and what is wrong with its arguments. */
export function compile(operation: Operation): Compiled {
  const compiler = new Compiler(operation)
  const data = compiler.root()
  const known = knownText(data)
  const text = known === undefined ? `select ${print(data)} as data, ${ELAPSED} as elapsed` : undefined
  const { bound, parameters, scopes } = compiler
  return { text, known, bound, parameters: [...parameters.keys()], scopes }
}

/** The making of one statement. */
export class Compiler implements Compilation {
  readonly operation: Operation
  readonly bound: BoundSite[] = []
  /** The number of each parameter, by the value's place among all that were asked with. */
  readonly parameters = new Map<number, number>()
  readonly scopes = new Set<Scope>()
  private readonly values = new Map<Condition, number>()
  private valueCount = 0
  private aliases = 0

  constructor(operation: Operation) {
    this.operation = operation
  }

  alias(): string {
    return `t${++this.aliases}`
  }

  parameter(leaf: Condition): string {
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
          throw error instanceof NotCompilable ? error : new Mistake(error, key, nodes)
        }
      }),
    )
  }

  private rootField(query: GraphQLObjectType, { name, field, nodes }: Selected): Json {
    if (!field || name === '__typename') return typeName(query, name)
    const fieldPlan = fieldPlanOf(field)
    if (fieldPlan?.is === 'connection') return connectionOf(this, fieldPlan, field, nodes)
    if (fieldPlan?.is === 'one') return recordOf(this, fieldPlan, field, nodes)
    if (fieldPlan?.is === 'sql') return sqlRowsOf(this, fieldPlan, field, nodes)
    if (fieldPlan?.is === 'nodes') return recordsOf(this, fieldPlan, field, nodes)
    throw new NotCompilable(`Query.${name}`)
  }

  /** What a field's arguments ask for: once for all types that share the field. */
  bindArguments(fieldPlan: PlanWithArguments, field: Field, nodes: Nodes): BoundArguments {
    const [node] = nodes
    if (!node) throw new Error(`The field ${field.name} has no selection.`)
    const known = this.bound.find(({ site }) => site.node === node && site.fieldPlan === fieldPlan)
    if (known) return known.bound
    const site = argumentSiteOf(fieldPlan, field, node)
    const bound = site.bindArguments(this.operation.variables)
    this.bound.push({ site, bound })
    for (const leaf of bound.leaves) this.values.set(leaf, this.valueCount++)
    return bound
  }

  /** A row as the object that is selected of it, whichever type of an interface it is. */
  row(type: GraphQLNamedType, ref: TableRef, nodes: Nodes): Json {
    if (isObjectType(type)) return this.object(selectedOf(this.operation, type, nodes), ref)
    const kinds = isInterfaceType(type) ? kindsOf(type) : undefined
    if (!kinds) throw new NotCompilable(`the type ${type.name}`)
    const selections = Object.values(kinds.types).map((name) => selectedOf(this.operation, this.type(name), nodes))
    const one = merged(selections)
    if (one) return this.object(one, ref, kinds)
    const objects = selections.map((selection) => print(this.object(selection, ref)))
    return read(byKind(kinds, ref, objects))
  }

  private object(selection: readonly Selected[], ref: TableRef, kinds?: Kinds): Json {
    return objectOf(
      selection.map((selected): JsonMember => {
        const value = this.field(selected, ref, kinds)
        return { key: selected.key, value, when: kinds && kindCondition(kinds, ref, selected.types) }
      }),
    )
  }

  private field({ name, field, nodes, types }: Selected, ref: TableRef, kinds?: Kinds): Json {
    const [type] = types
    if (!type) throw new Error(`The field ${name} has no parent type.`)
    const names =
      kinds && types.length > 1 ? byKind(kinds, ref, Object.values(kinds.types).map(quote)) : quote(type.name)
    if (!field) return types.length > 1 ? read(`'"' || ${names} || '"'`) : typeName(type, name)
    const fieldPlan = fieldPlanOf(field)
    if (fieldPlan) return this.value(fieldPlan, field, nodes, ref)
    if (name !== 'id') throw new NotCompilable(`${type.name}.${name}`)
    return ['"', { sql: base64url(`${names} || ':' || ${columnOf(ref, 'id')}`) }, '"']
  }

  private value(fieldPlan: FieldPlan, field: Field, nodes: Nodes, ref: TableRef): Json {
    switch (fieldPlan.is) {
      case 'column':
        if (isObjectType(getNamedType(field.type))) return embeddedOf(this, fieldPlan, field, nodes, ref)
        return this.related(fieldPlan.relation, field, ref, (at) =>
          scalarOf(field.type, columnOf(at, fieldPlan.column)),
        )
      case 'fuzzyDate':
        return this.related(fieldPlan.relation, field, ref, (at) => this.fuzzyDate(fieldPlan, field, nodes, at))
      case 'record':
        return this.record(fieldPlan, field, nodes, ref)
      case 'otherEnd':
        return this.otherEnd(fieldPlan, field, nodes, ref)
      case 'lookup':
        return this.lookup(fieldPlan, field, nodes, ref)
      case 'list':
        return listOf(this, fieldPlan, field, nodes, ref)
      case 'connection':
        return connectionOf(this, fieldPlan, field, nodes, ref)
      case 'sql':
        return sqlRowsOf(this, fieldPlan, field, nodes, { parent: ref })
      case 'records':
        return recordsAt(this, fieldPlan, field, nodes, ref)
      default:
        throw new NotCompilable(`${field.name} below the root`)
    }
  }

  /** A value of the row itself, or of the one that a to-one relation leads to. */
  private related(relation: string | undefined, field: Field, ref: TableRef, value: (at: TableRef) => Json): Json {
    if (!relation) return value(ref)
    const { table, on, to } = joinTo(ref, relation, this)
    return orNull(field.type, `(select ${print(value(to))} from ${table} where ${on})`)
  }

  private fuzzyDate({ prefix }: Is<'fuzzyDate'>, field: Field, nodes: Nodes, ref: TableRef): Json {
    const type = getNamedType(field.type) as GraphQLObjectType
    const parts = selectedOf(this.operation, type, nodes).map(({ key, name, field: part }): JsonMember => {
      if (!part) return { key, value: typeName(type, name) }
      const column = prefix + part.name.charAt(0).toUpperCase() + part.name.slice(1)
      return { key, value: scalarOf(part.type, columnOf(ref, column)) }
    })
    const isSaid = `${columnOf(ref, `${prefix}Precision`)} is not null`
    return orNull(field.type, `case when ${isSaid} then ${print(objectOf(parts))} end`)
  }

  private record({ path: [first, ...others] }: Is<'record'>, field: Field, nodes: Nodes, ref: TableRef): Json {
    const { table, on, to } = joinTo(ref, first, this)
    let last = to
    const joins = others.map((relation) => {
      const next = joinTo(last, relation, this)
      last = next.to
      return ` join ${next.table} on ${next.on}`
    })
    const object = print(this.row(getNamedType(field.type), last, nodes))
    return orNull(field.type, `(select ${object} from ${table}${joins.join('')} where ${on})`)
  }

  private otherEnd({ ends: [first, second] }: Is<'otherEnd'>, field: Field, nodes: Nodes, ref: TableRef): Json {
    const { model, mine, theirs } = joinOf(ref.model, second)
    const far = columnOf(ref, mine)
    const near = columnOf(ref, joinOf(ref.model, first).mine)
    const id = ref.seenFrom ? `case when ${far} = ${ref.seenFrom} then ${near} else ${far} end` : far
    const to: TableRef = { model, at: this.alias() }
    const object = print(this.row(getNamedType(field.type), to, nodes))
    return orNull(field.type, `(select ${object} from "${model}" ${to.at} where ${columnOf(to, theirs)} = ${id})`)
  }

  private lookup(fieldPlan: Is<'lookup'>, field: Field, nodes: Nodes, ref: TableRef): Json {
    const { relation, column, order, otherwise } = fieldPlan
    const [condition] = this.bindArguments(fieldPlan, field, nodes).planArguments.conditions
    const own = otherwise ? columnOf(ref, otherwise) : 'null'
    if (!condition) return scalarOf(field.type, own)
    const { on, to } = joinTo(ref, relation, this)
    const rows = new JoinedRows(this, to)
    const ordered = rows.orderedBy(order)
    const where = `${on} and ${toSql(condition, rows.ref, this)}`
    const found = `(select ${columnOf(to, column)} ${rows.from} where ${where} ${ordered} limit 1)`
    return scalarOf(field.type, otherwise ? `coalesce(${found}, ${own})` : found)
  }

  /** The object type of that name. */
  type(name: string): GraphQLObjectType {
    return this.operation.schema.getType(name) as GraphQLObjectType
  }
}

const typeName = (type: GraphQLObjectType, field: string): Json => {
  if (field !== '__typename') throw new NotCompilable(`${type.name}.${field}`)
  return [JSON.stringify(type.name)]
}
