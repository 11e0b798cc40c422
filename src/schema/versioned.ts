import type { PrismaModelTypes } from '@pothos/plugin-prisma'
import type { Condition } from '../query/condition.ts'
import { builder } from './builder.ts'
import { ChangeConnection, historyPlan, logArgs, readHistory } from './change.ts'
import { type ModelFields, type PothosField, untyped } from './fields/pothos.ts'

/**
 * List it before interfaces over a Prisma model, such as Actor: of several fields with the same name Pothos takes the last, and
 * only the fields of a model read their columns.
 */
export const Versioned = builder.interfaceRef<object>('Versioned').implement({
  description: 'A record with a version and a history. It can be changed and retracted, but never deleted.',
  fields: (t) => ({
    version: t.int({ description: 'Version number of the record. Each change increments it by one.' }),
    createdAt: t.field({ type: 'DateTime', description: 'Time at which the record was created, in UTC.' }),
    updatedAt: t.field({ type: 'DateTime', description: 'Time of the last change of the record, in UTC.' }),
    retractedAt: t.field({
      type: 'DateTime',
      nullable: true,
      description:
        'Time at which the record was retracted; null if it was not. Retracted records are not listed, but can still be read by id.',
    }),
    history: t.field({
      type: ChangeConnection,
      description:
        'Changes of the record, the oldest first, as far back as the change log is kept. Default page size: 10.',
      args: logArgs(untyped(t)),
    }),
  }),
})

/** Returns the fields of `Versioned` for a model that has their columns. */
export const versionedFields = <M extends PrismaModelTypes, S extends object>(
  t: ModelFields<M, S>,
): Record<'version' | 'createdAt' | 'updatedAt' | 'retractedAt' | 'history', PothosField> => ({
  version: t.expose(untyped('version'), untyped({ type: 'Int' })),
  createdAt: t.expose(untyped('createdAt'), untyped({ type: 'DateTime' })),
  updatedAt: t.expose(untyped('updatedAt'), untyped({ type: 'DateTime' })),
  retractedAt: t.expose(untyped('retractedAt'), untyped({ type: 'DateTime', nullable: true })),
  history: t.field({
    type: ChangeConnection,
    description:
      'Changes of the record, the oldest first, as far back as the change log is kept. Default page size: 10.',
    args: logArgs(untyped(t)),
    extensions: { fieldPlan: historyPlan },
    select: { id: true },
    resolve: ({ id }: { id: string }, args: object) => readHistory(id, args),
  } as never),
})

/** The condition of lists: the record is neither retracted nor merged into another record. */
export const current: Condition = {
  all: [
    { column: 'retractedAt', operator: 'isNull' },
    { column: 'mergedIntoId', operator: 'isNull' },
  ],
}

/** The condition of lists of records that cannot be merged: the record is not retracted. */
export const notRetracted: Condition = { column: 'retractedAt', operator: 'isNull' }
