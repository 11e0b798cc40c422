import {
  type GraphQLInputType,
  type GraphQLInterfaceType,
  type GraphQLSchema,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isRequiredInputField,
  type NamedTypeNode,
  type OperationDefinitionNode,
  typeFromAST,
} from 'graphql'
import { writeId } from '../../domain/id.ts'
import type { CoercedVariables } from '../compiler/selection.ts'

const placeholderUuid = '00000000-0000-7000-8000-000000000000'

/** The placeholder of each scalar. */
const placeholders: Record<string, unknown> = {
  Boolean: true,
  Date: '2025-01-01',
  DateTime: '2025-01-01T00:00:00Z',
  Float: 1,
  Int: 10,
  String: 'a',
}

/**
 * Yields placeholder variables for an operation, once for each object type: ids in the variables are ids of this type, because a
 * variable does not say which type of id it needs.
 */
export function* placeholderVariables(
  schema: GraphQLSchema,
  { variableDefinitions = [] }: OperationDefinitionNode,
): Generator<CoercedVariables> {
  const node = schema.getType('Node') as GraphQLInterfaceType
  for (const { name } of schema.getPossibleTypes(node)) {
    const entries = variableDefinitions.flatMap(({ variable, type, defaultValue }) => {
      const input = typeFromAST(schema, type as NamedTypeNode) as GraphQLInputType | undefined
      return input && !defaultValue ? [[variable.name.value, placeholderOf(input, writeId(name, placeholderUuid))]] : []
    })
    yield Object.fromEntries(entries)
  }
}

/** Returns a placeholder of an input type, with only the required fields of an input object. */
function placeholderOf(type: GraphQLInputType, id: string): unknown {
  if (isNonNullType(type)) return placeholderOf(type.ofType, id)
  if (isListType(type)) return [placeholderOf(type.ofType, id)]
  if (isEnumType(type)) return type.getValues()[0]?.name
  if (!isInputObjectType(type)) return type.name === 'ID' ? id : placeholders[type.name]
  const fields = Object.values(type.getFields())
  const included = type.isOneOf ? fields.slice(0, 1) : fields.filter(isRequiredInputField)
  return Object.fromEntries(included.map((field) => [field.name, placeholderOf(field.type, id)]))
}
