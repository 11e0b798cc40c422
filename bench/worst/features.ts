// Classifies operations by their content, so that the worst of each kind are kept.
import { type GraphQLSchema, getNamedType, isRequiredArgument } from 'graphql'
import type { Goal } from './climb.ts'
import { isConnection } from './generator.ts'
import { type Operation, placesOf } from './operation.ts'
import { partsOf } from './parts.ts'
import { cpuOfTrial, type Trial } from './trial.ts'

export interface Features {
  /** The maximum nesting of some, every and none in one filter. */
  nested: number
  /** The numbers of fields with a search, of total counts, and of facets. */
  searches: number
  counts: number
  facets: number
  orders: number
  /** The number of connections below records. */
  lists: number
  /** The number of fields below the root that select records or their fields. */
  selected: number
  /** Whether it starts at an earlier position of the change log. */
  isLate: boolean
}

export function featuresOf(schema: GraphQLSchema, operation: Operation): Features {
  const places = placesOf(schema, operation)
  const withArg = (name: string) => places.filter(({ field }) => field.args[name] !== undefined)
  const parts = partsOf(schema, operation)
  return {
    nested: Math.max(0, ...parts.filter(({ level }) => level === 0).map(({ value }) => quantifiersIn(value))),
    searches: withArg('search').length,
    counts: places.filter(({ field }) => field.name === 'totalCount').length,
    facets: withArg('by').reduce(
      (sum, { field }) => sum + (Array.isArray(field.args.by) ? field.args.by.length : 0),
      0,
    ),
    orders: withArg('orderBy').length,
    lists: places.filter(({ declared, depth }) => depth > 0 && isConnection(getNamedType(declared.type))).length,
    selected: places.filter(({ depth }) => depth > 0).length,
    isLate: operation.kind === 'subscription' && withArg('after').length > 0,
  }
}

function quantifiersIn(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0
  const inner = Object.entries(value).map(
    ([key, each]) => quantifiersIn(each) + (/^(some|every|none)$/.test(key) ? 1 : 0),
  )
  return Math.max(0, ...inner)
}

/** Returns the kind of an operation. The search keeps the worst operations of each kind. */
export function nicheOf(schema: GraphQLSchema, { operation, path }: Trial): string {
  const { nested, searches, counts, facets, orders, lists, isLate } = featuresOf(schema, operation)
  const words = [
    nested > 1 ? 'nested filter' : nested ? 'filter' : '',
    searches > 3 ? 'searches' : searches ? 'search' : '',
    facets > 3 ? 'facets' : facets ? 'facet' : '',
    counts ? 'count' : '',
    orders ? 'order' : '',
    lists ? 'lists' : '',
    isLate ? 'late' : '',
  ]
  return [path, ...words].filter(Boolean).join(', ')
}

export interface AttackClass {
  name: string
  /** The argument that makes the operation an attack: without it, the operation is harmless. */
  cause: string
  /** The goal that rates it. */
  goal: Goal
  isOf(trial: Trial, features: Features, capMs: number): boolean
}

const timedOut = ({ status }: Trial) => status === 503

/** The known classes of attacks. The search has to find each of them by itself. */
export const attackClasses: readonly AttackClass[] = [
  {
    cause: 'where',
    goal: 'cpu',
    name: 'nested filter of 20 points at most that runs until the timeout',
    isOf: (trial, { nested }, cap) =>
      trial.operation.kind === 'query' &&
      nested >= 2 &&
      trial.points <= 20 &&
      (timedOut(trial) || cpuOfTrial(trial) >= cap),
  },
  {
    cause: 'search',
    goal: 'cpu',
    name: 'five or more searches for a point each at most',
    isOf: (trial, { searches }) =>
      searches >= 5 && trial.points <= searches && trial.status === 200 && cpuOfTrial(trial) >= 200,
  },
  {
    cause: 'by',
    goal: 'cpu',
    name: 'four or more facets that run until the timeout',
    isOf: (trial, { facets }, cap) => facets >= 4 && (timedOut(trial) || cpuOfTrial(trial) >= cap),
  },
  {
    cause: 'after',
    goal: 'cpu',
    name: 'subscription that renders the log from its start',
    isOf: (trial, { isLate, selected }) =>
      isLate && selected >= 3 && (trial.items ?? 0) >= 500 && cpuOfTrial(trial) >= 1000,
  },
  {
    cause: 'where',
    goal: 'delay',
    name: 'subscription whose filter delays other subscribers by a second or more',
    isOf: (trial, { nested }) => trial.operation.kind === 'subscription' && nested >= 2 && (trial.delay ?? 0) >= 1000,
  },
]

/** Returns the operation without an argument, or without the field if the argument is required. */
export function without(schema: GraphQLSchema, operation: Operation, name: string): Operation {
  const made = structuredClone(operation)
  for (const { field, declared, siblings } of placesOf(schema, made)) {
    const arg = declared.args.find((each) => each.name === name)
    if (arg && isRequiredArgument(arg)) siblings.splice(siblings.indexOf(field), 1)
    else delete field.args[name]
  }
  return made
}
