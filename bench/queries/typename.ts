import type { Asked, BenchQuery } from './query.ts'

const asked: Asked = {
  document: 'query Typename { __typename }',
  variables: () => ({}),
  read: (data: { __typename: string }) => data.__typename,
}

export const typename: BenchQuery = {
  title: '`{ __typename }`: what a request costs before any data',
  operation: 'Typename',
  draws: () => `SELECT 'nothing' AS nothing`,
  dateline: asked,
  postgraphile: asked,
  sql: { text: '', values: () => [] },
}
