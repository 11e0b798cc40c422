// Changes to operations: small ones of one operation, and crosses of two.
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

  /** A copy with one to three changes. */
  mutate(operation: Operation): Operation {
    const made = structuredClone(operation)
    for (let left = 1 + this.#chance.below(3); left > 0; left--) this.#change(made)
    return made
  }

  /** A copy of one with a piece of the other. */
  cross(one: Operation, other: Operation): Operation {
    const made = structuredClone(one)
    if (this.#chance.below(2)) this.#graft(made, other)
    else this.#transplant(made, other)
    return this.#chance.below(2) ? this.mutate(made) : made
  }

  /** A copy that costs less: its pages are smaller, or it has a field less. */
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

  /** A field makes room for a new one. */
  #regrow(operation: Operation): void {
    const place = this.#place(operation)
    if (!place) return
    place.siblings[place.siblings.indexOf(place.field)] = this.#generator.fresh(place.parent, place.depth)
  }

  /** A field stands several times, each time with one other argument; most often one at the root. */
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

  /** A connection keeps one of the things that it is asked for. */
  #strip(operation: Operation): void {
    const place = this.#place(operation, ({ declared }) => isConnection(getNamedType(declared.type)))
    if (!place) return
    const type = getNamedType(place.declared.type)
    place.field.fields = [this.#generator.field(type, this.#chance.of(fieldsOf(type)), place.depth + 1)]
  }

  /** A field of the root that is a mere value comes or goes: it can take the whole operation to another path. */
  #addLeaf(operation: Operation): void {
    const leaves = fieldsOf(rootOf(this.#schema, operation)).filter(({ type }) => isLeafType(getNamedType(type)))
    if (leaves.length === 0) return
    const others = operation.fields.filter((field) => !leaves.some(({ name }) => name === field.name))
    if (others.length > 0 && others.length < operation.fields.length) operation.fields = others
    else operation.fields.push({ name: this.#chance.of(leaves).name, args: {}, fields: [] })
  }

  /** An argument is added, made anew or left out. */
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

  /** All pages get one size. */
  #resize(operation: Operation): void {
    const size = this.#chance.of([1, 3, 10, 100])
    for (const { field } of placesOf(this.#schema, operation))
      for (const name of ['first', 'last']) if (name in field.args) field.args[name] = size
  }

  /** A part of an argument is made anew, or removed. */
  #rewrite(operation: Operation): void {
    const part = this.#part(operation)
    if (part?.remove && this.#chance.below(3) === 0) part.remove()
    else part?.set(this.#make(part))
  }

  /** A condition becomes a part of another one. */
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

  /** A list gets more items. */
  #lengthen(operation: Operation): void {
    const part = this.#part(operation, ({ type, value }) => isListType(getNullableType(type)) && Array.isArray(value))
    if (!part) return
    const values = [...(part.value as unknown[])]
    const most = isInputObjectType(getNamedType(part.type)) ? this.#chance.of([4, 10, 50]) : 250
    for (let tries = 0; values.length < most && tries < most; tries++) values.push(...(this.#make(part) as unknown[]))
    part.set(values.slice(0, most))
  }

  /** A part of an argument becomes a copy of another of its type, so that conditions nest in themselves. */
  #graft(operation: Operation, from: Operation = operation): void {
    const part = this.#part(operation, ({ type }) => isInputObjectType(getNamedType(type)))
    if (!part) return
    const isFitting = ({ type, value }: Part) => String(type) === String(part.type) && value !== part.value
    const fitting = partsOf(this.#schema, from).filter(isFitting)
    if (fitting.length) part.set(structuredClone(this.#chance.of(fitting).value))
  }

  /** A field of the other takes the place of one of its type, or comes beside it. */
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
