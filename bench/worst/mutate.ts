// Changes operations: small changes of one operation, and combinations of two.
import {
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isInputObjectType,
  isLeafType,
  isListType,
  isRequiredArgument,
} from 'graphql'
import type { Chance } from '../search/chance.ts'
import { type Generator, isConnection } from './generator.ts'
import { fieldsOf, type Operation, type Place, placesOf, rootOf } from './operation.ts'
import { type Part, partsOf } from './parts.ts'
import { agree, type Values } from './values.ts'

export class Mutator {
  readonly #schema: GraphQLSchema
  readonly #generator: Generator
  readonly #values: Values
  readonly #chance: Chance

  constructor(generator: Generator, values: Values, chance: Chance) {
    this.#schema = generator.schema
    this.#generator = generator
    this.#values = values
    this.#chance = chance
  }

  /** Returns a copy with one to three changes. */
  mutate(operation: Operation): Operation {
    const made = structuredClone(operation)
    for (let left = 1 + this.#chance.below(3); left > 0; left--) this.#change(made)
    return made
  }

  /** Returns a copy of one operation with a part of the other. */
  cross(one: Operation, other: Operation): Operation {
    const made = structuredClone(one)
    if (this.#chance.below(2)) this.#graft(made, other)
    else this.#transplant(made, other)
    return this.#chance.below(2) ? this.mutate(made) : made
  }

  /** Returns a copy that costs less: with smaller pages, or without one field. */
  shrink(operation: Operation): Operation {
    const made = structuredClone(operation)
    const isSized = ({ declared }: Place) => declared.args.some(({ name }) => name === 'first')
    const sized = placesOf(this.#schema, made).filter(isSized)
    if (sized.length === 0 || this.#chance.below(3) === 0) this.#remove(made)
    for (const { field } of sized) {
      const size = Number(field.args.first ?? field.args.last ?? 20)
      field.args[field.args.last === undefined ? 'first' : 'last'] = Math.max(1, Math.floor(size / 4))
    }
    return made
  }

  #change(operation: Operation): void {
    const ofFields = [this.#regrow, this.#repeat, this.#grow, this.#remove, this.#strip, this.#addLeaf]
    const ofArguments = [this.#argue, this.#argue, this.#resize, this.#rewrite, this.#wrap, this.#lengthen]
    const grafts = [this.#graft, this.#graft]
    this.#chance.of([...ofFields, ...ofArguments, ...grafts]).call(this, operation)
  }

  /** Replaces a field by a new one. */
  #regrow(operation: Operation): void {
    const place = this.#place(operation)
    if (!place) return
    place.siblings[place.siblings.indexOf(place.field)] = this.#generator.fresh(place.parent, place.depth)
  }

  /** Repeats a field, usually one at the root, each time with one different argument. */
  #repeat(operation: Operation): void {
    const isMeant = ({ depth }: Place) => (depth === 0 ? operation.kind === 'query' : this.#chance.below(3) === 0)
    const place = this.#place(operation, (each) => each.declared.args.length > 0 && isMeant(each))
    if (!place) return
    for (let left = this.#chance.of([1, 2, 5, 14]); left > 0; left--) {
      const copy = structuredClone(place.field)
      const name = this.#chance.of(Object.keys(copy.args).length ? Object.keys(copy.args) : ['first'])
      if (name in copy.args) copy.args[name] = this.#argument(place, name)
      place.siblings.push({ ...copy, args: agree(copy.args) })
    }
  }

  #grow(operation: Operation): void {
    if (operation.kind === 'query' && this.#chance.below(6) === 0)
      operation.fields.push(this.#generator.fresh(rootOf(this.#schema, operation), 0))
    const place = this.#place(operation, ({ declared }) => !isLeafType(getNamedType(declared.type)))
    place?.field.fields.push(this.#generator.fresh(getNamedType(place.declared.type), place.depth + 1))
  }

  #remove(operation: Operation): void {
    const place = this.#place(operation, ({ siblings }) => siblings.length > 1)
    place?.siblings.splice(place.siblings.indexOf(place.field), 1)
  }

  /** Removes all fields but one from the selection of a connection. */
  #strip(operation: Operation): void {
    const place = this.#place(operation, ({ declared }) => isConnection(getNamedType(declared.type)))
    if (!place) return
    const type = getNamedType(place.declared.type)
    place.field.fields = [this.#generator.field(type, this.#chance.of(fieldsOf(type)), place.depth + 1)]
  }

  /** Adds or removes a scalar field at the root, which can change the path that executes the operation. */
  #addLeaf(operation: Operation): void {
    const leaves = fieldsOf(rootOf(this.#schema, operation)).filter(({ type }) => isLeafType(getNamedType(type)))
    if (leaves.length === 0) return
    const others = operation.fields.filter((field) => !leaves.some(({ name }) => name === field.name))
    if (others.length > 0 && others.length < operation.fields.length) operation.fields = others
    else operation.fields.push({ name: this.#chance.of(leaves).name, args: {}, fields: [] })
  }

  /** Adds, changes or removes an argument. */
  #argue(operation: Operation): void {
    const place = this.#place(operation, ({ declared }) => declared.args.length > 0)
    if (!place) return
    const arg = this.#chance.of(place.declared.args)
    const isLeftOut = !isRequiredArgument(arg) && arg.name in place.field.args && this.#chance.below(3) === 0
    place.field.args[arg.name] = isLeftOut ? undefined : this.#argument(place, arg.name)
    place.field.args = agree(place.field.args)
  }

  #argument({ parent, declared }: Place, name: string): unknown {
    const arg = declared.args.find((each) => each.name === name)
    return arg && this.#values.argument(`${parent.name}.${declared.name}`, declared, arg)
  }

  /** Sets the size of all pages to the same value. */
  #resize(operation: Operation): void {
    const size = this.#chance.of([1, 3, 10, 100])
    for (const { field } of placesOf(this.#schema, operation))
      for (const name of ['first', 'last']) if (name in field.args) field.args[name] = size
  }

  /** Replaces or removes a part of an argument. */
  #rewrite(operation: Operation): void {
    const part = this.#part(operation)
    if (part?.remove && this.#chance.below(3) === 0) part.remove()
    else part?.set(this.#make(part))
  }

  /** Wraps a condition in another one. */
  #wrap(operation: Operation): void {
    const part = this.#part(operation, isCondition)
    if (!part) return
    const { value } = part
    const several = (count: number) => [value, ...Array.from({ length: count }, () => this.#make(part))]
    const wraps = [
      () => ({ not: value }),
      () => ({ and: several(1) }),
      () => ({ or: several(1) }),
      () => ({ or: several(20) }),
      () => ({ ...(value as object), ...(this.#make(part) as object) }),
    ]
    part.set(this.#chance.of(wraps)())
  }

  /** Adds items to a list. */
  #lengthen(operation: Operation): void {
    const part = this.#part(operation, ({ type, value }) => isListType(getNullableType(type)) && Array.isArray(value))
    if (!part) return
    const values = [...(part.value as unknown[])]
    const most = isInputObjectType(getNamedType(part.type)) ? this.#chance.of([4, 10, 50]) : 250
    for (let tries = 0; values.length < most && tries < most; tries++) values.push(...(this.#make(part) as unknown[]))
    part.set(values.slice(0, most))
  }

  /** Replaces a part of an argument by a copy of another part of the same type, so that conditions nest. */
  #graft(operation: Operation, from: Operation = operation): void {
    const part = this.#part(operation, ({ type }) => isInputObjectType(getNamedType(type)))
    if (!part) return
    const isFitting = ({ type, value }: Part) => String(type) === String(part.type) && value !== part.value
    const fitting = partsOf(this.#schema, from).filter(isFitting)
    if (fitting.length) part.set(structuredClone(this.#chance.of(fitting).value))
  }

  /** Replaces a field by a field of the other operation with the same type, or adds it next to the field. */
  #transplant(operation: Operation, from: Operation): void {
    const place = this.#place(operation)
    const fitting = placesOf(this.#schema, from).filter(({ parent }) => parent.name === place?.parent.name)
    if (!place || fitting.length === 0) return
    const isReplaced = this.#chance.below(2) === 0 || (operation.kind === 'subscription' && place.depth === 0)
    const field = structuredClone(this.#chance.of(fitting).field)
    place.siblings.splice(place.siblings.indexOf(place.field), isReplaced ? 1 : 0, field)
  }

  #make({ type, about, name, level }: Part): unknown {
    return this.#values.value(type, about, name, Math.max(0, 1 + this.#chance.below(6) - Math.floor(level / 4)))
  }

  #place(operation: Operation, fits: (place: Place) => boolean = () => true): Place | undefined {
    const places = placesOf(this.#schema, operation).filter(fits)
    return places.length ? this.#chance.of(places) : undefined
  }

  #part(operation: Operation, fits: (part: Part) => boolean = () => true): Part | undefined {
    const parts = partsOf(this.#schema, operation).filter(fits)
    return parts.length ? this.#chance.of(parts) : undefined
  }
}

const isCondition = ({ type, value }: Part): boolean => {
  const bare = getNullableType(type)
  return isInputObjectType(bare) && 'and' in bare.getFields() && typeof value === 'object'
}
