// Generated from the schema by "npm run sdl": do not edit.

/** A field with a fuzzy date. */
export type DateField =
  | 'BirthClaim.date'
  | 'Detention.end'
  | 'Detention.start'
  | 'DisputedValue.date'
  | 'Event.date'
  | 'Licence.extended'
  | 'Licence.from'
  | 'Licence.revoked'
  | 'Licence.to'
  | 'Person.birth'
  | 'Person.death'
  | 'Relationship.end'
  | 'Relationship.start'
  | 'SanctionAction.date'
  | 'SanctionTarget.delisted'
  | 'SanctionTarget.listed'
  | 'Source.publishedOn'
