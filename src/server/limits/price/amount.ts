// Numbers that may depend on the variables of a request. Constant ones are computed once, when the document is compiled.
import { type FieldNode, Kind, type SelectionNode, type ValueNode, valueFromASTUntyped } from 'graphql'

export type Variables = Readonly<Record<string, unknown>>

export type Amount = number | ((variables: Variables) => number)

/** Returns the value of an amount for one set of variables. */
export const at = (amount: Amount, variables: Variables): number =>
  typeof amount === 'number' ? amount : amount(variables)

/** Returns the sum of amounts. Adds the constant ones in advance. */
export function sum(amounts: readonly Amount[]): Amount {
  const fixed = amounts.reduce<number>((total, each) => total + (typeof each === 'number' ? each : 0), 0)
  const varying = amounts.filter((each) => typeof each === 'function')
  if (varying.length === 0) return fixed
  return (variables) => varying.reduce((total, each) => total + each(variables), fixed)
}

/** Returns the product of two amounts. Zero times an infinite amount is zero. */
export function times(left: Amount, right: Amount): Amount {
  if (left === 0 || right === 0) return 0
  if (left === 1) return right
  if (typeof left === 'number' && typeof right === 'number') return left * right
  return (variables) => {
    const count = at(left, variables)
    return count === 0 ? 0 : count * at(right, variables)
  }
}

/** Applies a function to an amount. */
export const map = (amount: Amount, change: (value: number) => number): Amount =>
  typeof amount === 'number' ? change(amount) : (variables) => change(amount(variables))

/**
 * Applies a function to the value of an argument: once if the argument contains no variables, else for each request. The
 * function gets undefined if the argument is not passed, and values as the client sent them, not coerced.
 */
export function fromArgument(node: FieldNode, name: string, read: (value: unknown) => number): Amount {
  const value = argumentOf(node, name)
  if (!value || !hasVariable(value)) return read(argumentValue(node, name, {}))
  return (variables) => read(valueFromASTUntyped(value, variables))
}

/** Returns the value of an argument for one set of variables; undefined if it is not passed. */
export function argumentValue(node: FieldNode, name: string, variables: Variables): unknown {
  const value = argumentOf(node, name)
  return value && valueFromASTUntyped(value, variables)
}

/** Returns the AST node of an argument's value; undefined if it is not passed. */
export const argumentOf = (node: FieldNode, name: string): ValueNode | undefined =>
  node.arguments?.find((argument) => argument.name.value === name)?.value

function hasVariable(value: ValueNode): boolean {
  if (value.kind === Kind.VARIABLE) return true
  if (value.kind === Kind.LIST) return value.values.some(hasVariable)
  return value.kind === Kind.OBJECT && value.fields.some((field) => hasVariable(field.value))
}

/** Returns 1, or 0 if `@skip` or `@include` removes the selection. */
export function isSelected({ directives = [] }: SelectionNode): Amount {
  return directives.reduce<Amount>((selected, { name, arguments: args = [] }) => {
    const condition = args.find((argument) => argument.name.value === 'if')?.value
    if (!condition || (name.value !== 'skip' && name.value !== 'include')) return selected
    const removedIf = name.value === 'skip'
    if (condition.kind === Kind.BOOLEAN) return condition.value === removedIf ? 0 : selected
    if (condition.kind !== Kind.VARIABLE) return selected
    return times((variables) => (variables[condition.name.value] === removedIf ? 0 : 1), selected)
  }, 1)
}
