import type { RecordOf } from '../dateline/record.ts'
import { fuzzyPrefix, identifierOf } from '../opensanctions/shared.ts'
import type { Entity } from './entity.ts'

type Relationship = RecordOf<'RELATIONSHIP'>

/**
 * The schemata that link two actors: the properties with the two actors, the kind of relationship, and the property with
 * its title.
 */
const links = new Map<string, { from: string; to: string; kind: Relationship['kind']; title: string }>([
  ['Family', { from: 'person', to: 'relative', kind: 'RELATIVE_OF', title: 'relationship' }],
  ['Associate', { from: 'person', to: 'associate', kind: 'LINKED_TO', title: 'relationship' }],
  ['Ownership', { from: 'owner', to: 'asset', kind: 'OWNS', title: 'role' }],
  ['Membership', { from: 'member', to: 'organization', kind: 'MEMBER_OF', title: 'role' }],
  ['Directorship', { from: 'director', to: 'organization', kind: 'HOLDS_OFFICE', title: 'role' }],
  ['Employment', { from: 'employee', to: 'employer', kind: 'HOLDS_OFFICE', title: 'role' }],
  ['Representation', { from: 'agent', to: 'client', kind: 'REPRESENTS', title: 'role' }],
  ['UnknownLink', { from: 'subject', to: 'object', kind: 'LINKED_TO', title: 'role' }],
])

/** Returns the relationship that an entity describes; undefined if it describes none. */
export function linkOf(
  { id, schema, properties }: Entity,
  citations: Relationship['citations'],
): Relationship | undefined {
  const link = links.get(schema)
  const [subject] = (link && properties[link.from]) ?? []
  const [object] = (link && properties[link.to]) ?? []
  if (!link || !subject || !object || subject === object) return undefined
  const title = properties[link.title]?.[0]
  const start = fuzzyPrefix(properties.startDate?.[0] ?? '')
  const end = fuzzyPrefix(properties.endDate?.[0] ?? '')
  return {
    record: 'RELATIONSHIP',
    identifiers: [identifierOf(id)],
    subject: identifierOf(subject),
    kind: schema === 'Family' && /spouse|wife|husband/i.test(title ?? '') ? 'SPOUSE_OF' : link.kind,
    object: identifierOf(object),
    ...(title ? { title } : {}),
    ...(start ? { start } : {}),
    ...(end ? { end } : {}),
    citations,
  }
}
