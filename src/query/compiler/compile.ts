// Compiles a validated operation to one statement that returns the JSON text of `data`. The compiler visits the selected fields; the
// plan of each field says where its value comes from. docs/prepared-documents.md shows the steps for one query.
import {
  type GraphQLNamedType,
  type GraphQLObjectType,
  getNamedType,
  isInterfaceType,
  isNonNullType,
  isObjectType,
  isUnionType,
} from 'graphql'
import { UserError } from '../../domain/errors.ts'
import type { Scope } from '../../domain/scope.ts'
import type { Condition } from '../condition.ts'
import { type FieldPlan, fieldPlanOf, type InterfaceKinds, kindsOf } from '../field-plan.ts'
import { InvalidArguments } from '../invalid-arguments.ts'
import { NotCompilable } from '../not-compilable.ts'
import { compileSqlRows } from '../sql-rows.ts'
import { columnOf, quote, type TableRef } from '../table-ref.ts'
import { type ArgumentSite, type BoundArguments, createArgumentSite, type PlanWithArguments } from './argument-site.ts'
import { compileColumn, compileFuzzyDate, compileLookup } from './column.ts'
import { type Compilation, type FieldDefinition, typeNameOf } from './compilation.ts'
import { compileConnection } from './connection.ts'
import {
  base64url,
  constantText,
  type JsonMember,
  type JsonSql,
  jsonObject,
  jsonOf,
  orNull,
  toSqlText,
} from './json-sql.ts'
import { byKind, kindCondition } from './kind.ts'
import {
  compileEmbeddedList,
  compileFunctionOfRow,
  compileList,
  compileRecordsByArray,
  compileRecordsByColumns,
} from './lists.ts'
import { compileRecordById, compileRecordByKey, compileRecordsByIds } from './record.ts'
import {
  compileLinkDirection,
  compileOtherEnd,
  compileRecordOfKind,
  compileRelatedRecord,
  compileRelatedUnion,
} from './related-record.ts'
import {
  type CompilableOperation,
  type FieldNodes,
  mergeSelections,
  type SelectedField,
  selectedFields,
  selectedRootFields,
} from './selection.ts'

/** A compiled operation: a statement, or constant data if no row is read. */
export interface CompiledOperation {
  /** The text of the statement; undefined if no row is read. */
  text: string | undefined
  /** The JSON text of `data`; undefined if rows are read. */
  constantData: string | undefined
  /** The argument sites, each with its bound arguments. */
  boundSites: readonly BoundSite[]
  /**
   * The indexes of the statement's parameters in the bound values of all argument sites. Not every bound value is a parameter:
   * a list of which only `totalCount` is selected does not use the values of its cursors.
   */
  parameterIndexes: readonly number[]
  /** The scopes that the caller needs. */
  scopes: ReadonlySet<Scope>
  /** The error if the statement returns NULL. Default: it never does. */
  missing?: string | undefined
}

/** The errors of fields of Query that are null while the others are answered. */
export interface Rest {
  /** Of fields with invalid arguments. */
  mistakes: InvalidArguments[]
  /** Of fields whose row may be missing: errors only of those that are null in the answer. */
  ifNull: InvalidArguments[]
  /** The response keys of all fields of Query, with the nodes that select them. */
  fields: Pick<SelectedField, 'key' | 'fieldNodes'>[]
  /** The response key of the only field that is answered; the others are null. Default: all are answered. */
  only?: string | undefined
}

/** An argument site with its bound arguments. */
interface BoundSite {
  site: ArgumentSite
  boundArguments: BoundArguments
}

/**
 * The time that the database took for the statement, including planning, in milliseconds. Evaluated after `data`. A time
 * measured in this process would also include the time in which the process is busy.
 */
const ELAPSED = "date_part('epoch', clock_timestamp() - transaction_timestamp()) * 1000"

/**
 * Compiles an operation. Throws NotCompilable if a part of it has no SQL, and InvalidArguments if the arguments of a field are
 * not valid. With `rest`, a field of Query with invalid arguments or without its row is null, unless it cannot be null, and its error is
 * added to `rest`.
 */
export function compile(operation: CompilableOperation, rest?: Rest): CompiledOperation {
  const compiler = new Compiler(operation, rest)
  const data = compiler.data()
  const constantData = constantText(data)
  const text = constantData === undefined ? `select ${toSqlText(data)} as data, ${ELAPSED} as elapsed` : undefined
  const { boundSites, parameters, scopes } = compiler
  const [missing] = compiler.missing
  return { text, constantData, boundSites, parameterIndexes: [...parameters.keys()], scopes, missing }
}

/** Compiles one operation. Create an instance for each compilation. */
export class Compiler implements Compilation {
  readonly operation: CompilableOperation
  readonly boundSites: BoundSite[] = []
  /** The number of each parameter, by the index of its value in the bound values of all sites. */
  readonly parameters = new Map<number, number>()
  readonly scopes = new Set<Scope>()
  readonly missing = new Set<string>()
  /** The index of the value of each comparison in the bound values of all sites. */
  private readonly valueIndexes = new Map<Condition, number>()
  private valueCount = 0
  private aliasCount = 0

  private readonly rest: Rest | undefined

  constructor(operation: CompilableOperation, rest?: Rest) {
    this.operation = operation
    this.rest = rest
  }

  alias(): string {
    return `t${++this.aliasCount}`
  }

  parameter(comparison: Condition): string {
    const index = this.valueIndexes.get(comparison)
    if (index === undefined) throw new Error('A comparison of the statement is missing in the bound arguments.')
    const number = this.parameters.get(index) ?? this.parameters.size + 1
    this.parameters.set(index, number)
    return `$${number}`
  }

  /** Returns `data`: the JSON object of the selected fields of Query. */
  data(): JsonSql {
    const query = this.operation.schema.getQueryType() as GraphQLObjectType
    return jsonObject(
      selectedRootFields(this.operation, query).map((selected) => {
        const { key, field, fieldNodes } = selected
        this.rest?.fields.push({ key, fieldNodes })
        if (key !== (this.rest?.only ?? key)) return { key, value: ['null'] }
        const { size } = this.parameters
        try {
          return { key, value: this.orNullInRest(selected, this.rootField(query, selected)) }
        } catch (error) {
          if (error instanceof NotCompilable) throw error
          const mistake = new InvalidArguments(error, key, fieldNodes)
          if (!this.rest || isNonNullType(field?.type)) throw mistake
          this.rest.mistakes.push(mistake)
          // PostgreSQL rejects parameters that the statement does not use.
          for (const [index, number] of this.parameters) if (number > size) this.parameters.delete(index)
          return { key, value: ['null'] }
        }
      }),
    )
  }

  /** Returns the value of a field of Query. With `rest`, it is null if its row is missing. */
  private orNullInRest({ key, field, fieldNodes }: SelectedField, value: JsonSql): JsonSql {
    const [missing] = this.missing
    if (!this.rest || !field || missing === undefined) return value
    this.missing.clear()
    this.rest.ifNull.push(new InvalidArguments(new UserError(missing), key, fieldNodes))
    return orNull(field.type, toSqlText(value))
  }

  private rootField(query: GraphQLObjectType, { name, field, fieldNodes }: SelectedField): JsonSql {
    if (!field || name === '__typename') return typeNameOf(query, name)
    const fieldPlan = fieldPlanOf(field)
    if (fieldPlan?.kind === 'connection') return compileConnection(this, fieldPlan, field, fieldNodes)
    if (fieldPlan?.kind === 'recordByKey') return compileRecordByKey(this, fieldPlan, field, fieldNodes)
    if (fieldPlan?.kind === 'sql') return compileSqlRows(this, fieldPlan, field, fieldNodes)
    if (fieldPlan?.kind === 'recordById') return compileRecordById(this, fieldPlan, field, fieldNodes)
    if (fieldPlan?.kind === 'recordsByIds') return compileRecordsByIds(this, fieldPlan, field, fieldNodes)
    throw new NotCompilable(`Query.${name}`)
  }

  /** Binds the arguments of a field. Object types that share the field share the result. */
  bindArguments(fieldPlan: PlanWithArguments, field: FieldDefinition, fieldNodes: FieldNodes): BoundArguments {
    const [node] = fieldNodes
    if (!node) throw new Error(`The field ${field.name} has no selection.`)
    const existing = this.boundSites.find(({ site }) => site.fieldNode === node && site.fieldPlan === fieldPlan)
    if (existing) return existing.boundArguments
    const site = createArgumentSite(fieldPlan, field, node)
    const boundArguments = site.bindArguments(this.operation.variables)
    this.boundSites.push({ site, boundArguments })
    for (const comparison of boundArguments.comparisons) this.valueIndexes.set(comparison, this.valueCount++)
    return boundArguments
  }

  /** Returns the JSON object of a row with its selected fields. `type` is an object type, an interface, or a union of records. */
  objectOfRow(type: GraphQLNamedType, ref: TableRef, fieldNodes: FieldNodes): JsonSql {
    if (isUnionType(type)) return compileRecordOfKind(this, type, fieldNodes, ref)
    if (isObjectType(type)) return this.object(selectedFields(this.operation, type, fieldNodes), ref)
    const kinds = isInterfaceType(type) ? kindsOf(type) : undefined
    if (!kinds) throw new NotCompilable(`the type ${type.name}`)
    const selections = Object.values(kinds.types).map((name) =>
      selectedFields(this.operation, this.objectType(name), fieldNodes),
    )
    const shared = mergeSelections(selections)
    if (shared) return this.object(shared, ref, kinds)
    const objects = selections.map((selection) => toSqlText(this.object(selection, ref)))
    return jsonOf(byKind(kinds, ref, objects))
  }

  private object(selection: readonly SelectedField[], ref: TableRef, kinds?: InterfaceKinds): JsonSql {
    return jsonObject(
      selection.map((selected): JsonMember => {
        const value = this.field(selected, ref, kinds)
        return { key: selected.key, value, condition: kinds && kindCondition(kinds, ref, selected.types) }
      }),
    )
  }

  private field({ name, field, fieldNodes, types }: SelectedField, ref: TableRef, kinds?: InterfaceKinds): JsonSql {
    const [type] = types
    if (!type) throw new Error(`The field ${name} has no parent type.`)
    const typeNameSql =
      kinds && types.length > 1 ? byKind(kinds, ref, Object.values(kinds.types).map(quote)) : quote(type.name)
    if (!field) return types.length > 1 ? jsonOf(`'"' || ${typeNameSql} || '"'`) : typeNameOf(type, name)
    const fieldPlan = fieldPlanOf(field)
    if (fieldPlan) return this.value(fieldPlan, field, fieldNodes, ref)
    if (name !== 'id') throw new NotCompilable(`${type.name}.${name}`)
    return ['"', { sql: base64url(`${typeNameSql} || ':' || ${columnOf(ref, 'id')}`) }, '"']
  }

  /** Returns the value of a field of a row. */
  value(fieldPlan: FieldPlan, field: FieldDefinition, fieldNodes: FieldNodes, ref: TableRef): JsonSql {
    switch (fieldPlan.kind) {
      case 'column':
        if (fieldPlan.scope) this.scopes.add(fieldPlan.scope)
        if (isObjectType(getNamedType(field.type))) return compileEmbeddedList(this, fieldPlan, field, fieldNodes, ref)
        return compileColumn(this, fieldPlan, field, ref)
      case 'functionOfRow':
        return compileFunctionOfRow(this, fieldPlan, field, fieldNodes, ref)
      case 'fuzzyDate':
        return compileFuzzyDate(this, fieldPlan, field, fieldNodes, ref)
      case 'relatedRecord':
        return compileRelatedRecord(this, fieldPlan, field, fieldNodes, ref)
      case 'relatedUnion':
        return compileRelatedUnion(this, fieldPlan, field, fieldNodes, ref)
      case 'otherEnd':
        return compileOtherEnd(this, fieldPlan, field, fieldNodes, ref)
      case 'linkDirection':
        return compileLinkDirection(fieldPlan, ref)
      case 'lookup':
        return compileLookup(this, fieldPlan, field, fieldNodes, ref)
      case 'list':
        return compileList(this, fieldPlan, field, fieldNodes, ref)
      case 'connection':
        return compileConnection(this, fieldPlan, field, fieldNodes, ref)
      case 'sql':
        return compileSqlRows(this, fieldPlan, field, fieldNodes, { parent: ref })
      case 'recordsByColumns':
        return compileRecordsByColumns(this, fieldPlan, field, fieldNodes, ref)
      case 'recordsByArray':
        return compileRecordsByArray(this, fieldPlan, field, fieldNodes, ref)
      default:
        throw new NotCompilable(`${field.name} below the root`)
    }
  }

  /** Returns the object type with this name. */
  objectType(name: string): GraphQLObjectType {
    return this.operation.schema.getType(name) as GraphQLObjectType
  }
}
