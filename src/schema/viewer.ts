// The caller. Its answer depends on the caller and not on the database, so no statement is compiled.
import type { Viewer } from '../domain/scope.ts'
import { builder } from './builder.ts'

const ViewerType = builder.objectRef<Viewer>('Viewer').implement({
  description: 'The caller: its name, and what it may do.',
  fields: (t) => ({
    name: t.string({
      nullable: true,
      description: 'The name that the API key was given, or the subject of the token; null for an anonymous caller.',
      resolve: ({ label }) => label ?? null,
    }),
    scopes: t.stringList({
      description: 'The scopes of the API key or token; empty for an anonymous caller. Each mutation names its scope.',
      resolve: ({ scopes }) => [...scopes],
    }),
  }),
})

builder.queryField('viewer', (t) =>
  t.field({
    type: ViewerType,
    description: 'The caller: who sent the request, and with which scopes.',
    resolve: (_root, _args, { viewer }) => viewer,
  }),
)
