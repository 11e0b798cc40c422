import { deep } from './queries/deep.ts'
import { filtered } from './queries/filtered.ts'
import { one } from './queries/one.ts'
import type { BenchQuery } from './queries/query.ts'
import { timeline } from './queries/timeline.ts'
import { typename } from './queries/typename.ts'

/** The measured queries by their short names. */
export const queries: Record<string, BenchQuery> = { Q1: timeline, Q2: deep, Q3: one, Q4: filtered, Q5: typename }
