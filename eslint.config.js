// ESLint checks schema.graphql alone, with the rules of GraphQL ESLint. Biome checks everything else.
import graphql from '@graphql-eslint/eslint-plugin'

/** Types that describe a record, a change or an answer, and are no records: they have no id of their own. */
const values = {
  suffixes: [
    'Change',
    'Connection',
    'Edge',
    'Success',
    'Error',
    'Preview',
    'PreviewDifference',
    'PreviewPart',
    'PreviewValue',
  ],
  types: [
    'ErasedRows',
    'Erasure',
    'ErasureMention',
    'EventAdded',
    'EventImported',
    'Facet',
    'FacetValue',
    'FuzzyDate',
    'MergeCandidate',
    'MergeReason',
    'PageInfo',
    'RelationPoint',
    'Restriction',
    'Sighting',
    'ValidationIssue',
    'Viewer',
  ],
}

export default [
  {
    files: ['schema.graphql'],
    plugins: { '@graphql-eslint': graphql },
    languageOptions: { parser: graphql.parser, parserOptions: { graphQLConfig: { schema: './schema.graphql' } } },
    rules: {
      ...graphql.configs['flat/schema-recommended'].rules,
      ...graphql.configs['flat/schema-relay'].rules,
      '@graphql-eslint/no-scalar-result-type-on-mutation': 'error',
      '@graphql-eslint/require-nullable-fields-with-oneof': 'error',
      '@graphql-eslint/require-type-pattern-with-oneof': 'error',
      '@graphql-eslint/require-description': [
        'error',
        { types: true, FieldDefinition: true, InputValueDefinition: true, EnumValueDefinition: true },
      ],
      // Connections have `nodes` beside `edges`, and short lists without a page, such as facets, are lists of values. A change and a
      // restriction are on edges, but are no records with an id, so they are not Nodes.
      '@graphql-eslint/relay-edge-types': [
        'error',
        { listTypeCanWrapOnlyEdgeType: false, shouldImplementNode: false, withEdgeSuffix: true },
      ],
      // `search` is only paged forward: its best matches come first, and it has an end.
      '@graphql-eslint/relay-arguments': ['error', { includeBoth: false }],
      '@graphql-eslint/strict-id-in-types': [
        'error',
        { acceptedIdNames: ['id'], acceptedIdTypes: ['ID'], exceptions: values },
      ],
      // `Asset.assetKind` needs its prefix: `kind` is the kind of an actor, which Asset has from the interface Actor.
      '@graphql-eslint/no-typename-prefix': 'off',
    },
  },
]
