// Generated from the schema by "npm run sdl": do not edit.

/** The object types of each interface and union. */
export const possibleTypes = {
 "Actor": [
  "Asset",
  "Country",
  "Group",
  "Organization",
  "Person"
 ],
 "ActorEraseResult": [
  "ActorEraseSuccess",
  "ConflictError",
  "ForbiddenError",
  "IdempotencyMismatchError",
  "NotFoundError",
  "ValidationError"
 ],
 "ActorMergePreviewResult": [
  "ActorMergePreviewSuccess",
  "ConflictError",
  "ForbiddenError",
  "IdempotencyMismatchError",
  "NotFoundError",
  "ValidationError"
 ],
 "ActorMergeResult": [
  "ActorMergeSuccess",
  "ConflictError",
  "ForbiddenError",
  "IdempotencyMismatchError",
  "NotFoundError",
  "ValidationError"
 ],
 "ActorNameAddResult": [
  "ActorNameAddSuccess",
  "ConflictError",
  "ForbiddenError",
  "IdempotencyMismatchError",
  "NotFoundError",
  "ValidationError"
 ],
 "ActorNameRemoveResult": [
  "ActorNameRemoveSuccess",
  "ConflictError",
  "ForbiddenError",
  "IdempotencyMismatchError",
  "NotFoundError",
  "ValidationError"
 ],
 "ActorRestoreResult": [
  "ActorRestoreSuccess",
  "ConflictError",
  "ForbiddenError",
  "IdempotencyMismatchError",
  "NotFoundError",
  "ValidationError"
 ],
 "ActorRetractResult": [
  "ActorRetractSuccess",
  "ConflictError",
  "ForbiddenError",
  "IdempotencyMismatchError",
  "NotFoundError",
  "ValidationError"
 ],
 "ActorUnmergeResult": [
  "ActorUnmergeSuccess",
  "ConflictError",
  "ForbiddenError",
  "IdempotencyMismatchError",
  "NotFoundError",
  "ValidationError"
 ],
 "AssetCreateResult": [
  "AssetCreateSuccess",
  "ForbiddenError",
  "IdempotencyMismatchError",
  "ValidationError"
 ],
 "AssetUpdateResult": [
  "AssetUpdateSuccess",
  "ConflictError",
  "ForbiddenError",
  "IdempotencyMismatchError",
  "NotFoundError",
  "ValidationError"
 ],
 "Change": [
  "ActorChange",
  "EventChange",
  "SanctionChange",
  "SourceChange"
 ],
 "CitationAddResult": [
  "CitationAddSuccess",
  "ConflictError",
  "ForbiddenError",
  "IdempotencyMismatchError",
  "NotFoundError",
  "ValidationError"
 ],
 "CitationRemoveResult": [
  "CitationRemoveSuccess",
  "ConflictError",
  "ForbiddenError",
  "IdempotencyMismatchError",
  "NotFoundError",
  "ValidationError"
 ],
 "CitationSubject": [
  "Asset",
  "Country",
  "Detention",
  "DisputedValue",
  "Event",
  "EventLink",
  "Group",
  "Licence",
  "Organization",
  "Person",
  "Relationship",
  "Sanction",
  "SanctionAction",
  "SanctionTarget"
 ],
 "CountryCreateResult": [
  "CountryCreateSuccess",
  "ForbiddenError",
  "IdempotencyMismatchError",
  "ValidationError"
 ],
 "CountryUpdateResult": [
  "ConflictError",
  "CountryUpdateSuccess",
  "ForbiddenError",
  "IdempotencyMismatchError",
  "NotFoundError",
  "ValidationError"
 ],
 "DetentionAddResult": [
  "ConflictError",
  "DetentionAddSuccess",
  "ForbiddenError",
  "IdempotencyMismatchError",
  "NotFoundError",
  "ValidationError"
 ],
 "DetentionRemoveResult": [
  "ConflictError",
  "DetentionRemoveSuccess",
  "ForbiddenError",
  "IdempotencyMismatchError",
  "NotFoundError",
  "ValidationError"
 ],
 "DetentionUpdateResult": [
  "ConflictError",
  "DetentionUpdateSuccess",
  "ForbiddenError",
  "IdempotencyMismatchError",
  "NotFoundError",
  "ValidationError"
 ],
 "DisputedValueAddResult": [
  "ConflictError",
  "DisputedValueAddSuccess",
  "ForbiddenError",
  "IdempotencyMismatchError",
  "NotFoundError",
  "ValidationError"
 ],
 "DisputedValueRemoveResult": [
  "ConflictError",
  "DisputedValueRemoveSuccess",
  "ForbiddenError",
  "IdempotencyMismatchError",
  "NotFoundError",
  "ValidationError"
 ],
 "EventCreateResult": [
  "EventCreateSuccess",
  "ForbiddenError",
  "IdempotencyMismatchError",
  "ValidationError"
 ],
 "EventImportResult": [
  "EventImported",
  "ValidationError"
 ],
 "EventLinkAddResult": [
  "ConflictError",
  "EventLinkAddSuccess",
  "ForbiddenError",
  "IdempotencyMismatchError",
  "NotFoundError",
  "ValidationError"
 ],
 "EventLinkRemoveResult": [
  "ConflictError",
  "EventLinkRemoveSuccess",
  "ForbiddenError",
  "IdempotencyMismatchError",
  "NotFoundError",
  "ValidationError"
 ],
 "EventLinkUpdateResult": [
  "ConflictError",
  "EventLinkUpdateSuccess",
  "ForbiddenError",
  "IdempotencyMismatchError",
  "NotFoundError",
  "ValidationError"
 ],
 "EventMergePreviewResult": [
  "ConflictError",
  "EventMergePreviewSuccess",
  "ForbiddenError",
  "IdempotencyMismatchError",
  "NotFoundError",
  "ValidationError"
 ],
 "EventMergeResult": [
  "ConflictError",
  "EventMergeSuccess",
  "ForbiddenError",
  "IdempotencyMismatchError",
  "NotFoundError",
  "ValidationError"
 ],
 "EventParticipantAddResult": [
  "ConflictError",
  "EventParticipantAddSuccess",
  "ForbiddenError",
  "IdempotencyMismatchError",
  "NotFoundError",
  "ValidationError"
 ],
 "EventParticipantRemoveResult": [
  "ConflictError",
  "EventParticipantRemoveSuccess",
  "ForbiddenError",
  "IdempotencyMismatchError",
  "NotFoundError",
  "ValidationError"
 ],
 "EventParticipantUpdateResult": [
  "ConflictError",
  "EventParticipantUpdateSuccess",
  "ForbiddenError",
  "IdempotencyMismatchError",
  "NotFoundError",
  "ValidationError"
 ],
 "EventRestoreResult": [
  "ConflictError",
  "EventRestoreSuccess",
  "ForbiddenError",
  "IdempotencyMismatchError",
  "NotFoundError",
  "ValidationError"
 ],
 "EventRetractResult": [
  "ConflictError",
  "EventRetractSuccess",
  "ForbiddenError",
  "IdempotencyMismatchError",
  "NotFoundError",
  "ValidationError"
 ],
 "EventUnmergeResult": [
  "ConflictError",
  "EventUnmergeSuccess",
  "ForbiddenError",
  "IdempotencyMismatchError",
  "NotFoundError",
  "ValidationError"
 ],
 "EventUpdateResult": [
  "ConflictError",
  "EventUpdateSuccess",
  "ForbiddenError",
  "IdempotencyMismatchError",
  "NotFoundError",
  "ValidationError"
 ],
 "EventsImportResult": [
  "EventsImportSuccess",
  "ForbiddenError",
  "IdempotencyMismatchError",
  "ValidationError"
 ],
 "GroupCreateResult": [
  "ForbiddenError",
  "GroupCreateSuccess",
  "IdempotencyMismatchError",
  "ValidationError"
 ],
 "GroupUpdateResult": [
  "ConflictError",
  "ForbiddenError",
  "GroupUpdateSuccess",
  "IdempotencyMismatchError",
  "NotFoundError",
  "ValidationError"
 ],
 "IdentifierAddResult": [
  "ConflictError",
  "ForbiddenError",
  "IdempotencyMismatchError",
  "IdentifierAddSuccess",
  "NotFoundError",
  "ValidationError"
 ],
 "IdentifierRemoveResult": [
  "ConflictError",
  "ForbiddenError",
  "IdempotencyMismatchError",
  "IdentifierRemoveSuccess",
  "NotFoundError",
  "ValidationError"
 ],
 "Node": [
  "ActorName",
  "Asset",
  "Bilateral",
  "BirthClaim",
  "Citation",
  "Country",
  "Detention",
  "DisputedValue",
  "Event",
  "EventLink",
  "EventParticipant",
  "Group",
  "Identifier",
  "Licence",
  "Organization",
  "Person",
  "Relationship",
  "Sanction",
  "SanctionAction",
  "SanctionTarget",
  "Source"
 ],
 "OrganizationCreateResult": [
  "ForbiddenError",
  "IdempotencyMismatchError",
  "OrganizationCreateSuccess",
  "ValidationError"
 ],
 "OrganizationUpdateResult": [
  "ConflictError",
  "ForbiddenError",
  "IdempotencyMismatchError",
  "NotFoundError",
  "OrganizationUpdateSuccess",
  "ValidationError"
 ],
 "PersonCreateResult": [
  "ForbiddenError",
  "IdempotencyMismatchError",
  "PersonCreateSuccess",
  "ValidationError"
 ],
 "PersonUpdateResult": [
  "ConflictError",
  "ForbiddenError",
  "IdempotencyMismatchError",
  "NotFoundError",
  "PersonUpdateSuccess",
  "ValidationError"
 ],
 "RelationshipAddResult": [
  "ConflictError",
  "ForbiddenError",
  "IdempotencyMismatchError",
  "NotFoundError",
  "RelationshipAddSuccess",
  "ValidationError"
 ],
 "RelationshipRemoveResult": [
  "ConflictError",
  "ForbiddenError",
  "IdempotencyMismatchError",
  "NotFoundError",
  "RelationshipRemoveSuccess",
  "ValidationError"
 ],
 "RelationshipUpdateResult": [
  "ConflictError",
  "ForbiddenError",
  "IdempotencyMismatchError",
  "NotFoundError",
  "RelationshipUpdateSuccess",
  "ValidationError"
 ],
 "SanctionActionAddResult": [
  "ConflictError",
  "ForbiddenError",
  "IdempotencyMismatchError",
  "NotFoundError",
  "SanctionActionAddSuccess",
  "ValidationError"
 ],
 "SanctionActionRemoveResult": [
  "ConflictError",
  "ForbiddenError",
  "IdempotencyMismatchError",
  "NotFoundError",
  "SanctionActionRemoveSuccess",
  "ValidationError"
 ],
 "SanctionActionUpdateResult": [
  "ConflictError",
  "ForbiddenError",
  "IdempotencyMismatchError",
  "NotFoundError",
  "SanctionActionUpdateSuccess",
  "ValidationError"
 ],
 "SanctionCreateResult": [
  "ForbiddenError",
  "IdempotencyMismatchError",
  "SanctionCreateSuccess",
  "ValidationError"
 ],
 "SanctionLicenceAddResult": [
  "ConflictError",
  "ForbiddenError",
  "IdempotencyMismatchError",
  "NotFoundError",
  "SanctionLicenceAddSuccess",
  "ValidationError"
 ],
 "SanctionLicenceRemoveResult": [
  "ConflictError",
  "ForbiddenError",
  "IdempotencyMismatchError",
  "NotFoundError",
  "SanctionLicenceRemoveSuccess",
  "ValidationError"
 ],
 "SanctionLicenceUpdateResult": [
  "ConflictError",
  "ForbiddenError",
  "IdempotencyMismatchError",
  "NotFoundError",
  "SanctionLicenceUpdateSuccess",
  "ValidationError"
 ],
 "SanctionRestoreResult": [
  "ConflictError",
  "ForbiddenError",
  "IdempotencyMismatchError",
  "NotFoundError",
  "SanctionRestoreSuccess",
  "ValidationError"
 ],
 "SanctionRetractResult": [
  "ConflictError",
  "ForbiddenError",
  "IdempotencyMismatchError",
  "NotFoundError",
  "SanctionRetractSuccess",
  "ValidationError"
 ],
 "SanctionTargetAddResult": [
  "ConflictError",
  "ForbiddenError",
  "IdempotencyMismatchError",
  "NotFoundError",
  "SanctionTargetAddSuccess",
  "ValidationError"
 ],
 "SanctionTargetRemoveResult": [
  "ConflictError",
  "ForbiddenError",
  "IdempotencyMismatchError",
  "NotFoundError",
  "SanctionTargetRemoveSuccess",
  "ValidationError"
 ],
 "SanctionTargetUpdateResult": [
  "ConflictError",
  "ForbiddenError",
  "IdempotencyMismatchError",
  "NotFoundError",
  "SanctionTargetUpdateSuccess",
  "ValidationError"
 ],
 "SanctionUpdateResult": [
  "ConflictError",
  "ForbiddenError",
  "IdempotencyMismatchError",
  "NotFoundError",
  "SanctionUpdateSuccess",
  "ValidationError"
 ],
 "SearchResult": [
  "Asset",
  "Country",
  "Event",
  "Group",
  "Organization",
  "Person",
  "Sanction",
  "Source"
 ],
 "SourceCreateResult": [
  "ForbiddenError",
  "IdempotencyMismatchError",
  "SourceCreateSuccess",
  "ValidationError"
 ],
 "SourceRestoreResult": [
  "ConflictError",
  "ForbiddenError",
  "IdempotencyMismatchError",
  "NotFoundError",
  "SourceRestoreSuccess",
  "ValidationError"
 ],
 "SourceRetractResult": [
  "ConflictError",
  "ForbiddenError",
  "IdempotencyMismatchError",
  "NotFoundError",
  "SourceRetractSuccess",
  "ValidationError"
 ],
 "SourceUpdateResult": [
  "ConflictError",
  "ForbiddenError",
  "IdempotencyMismatchError",
  "NotFoundError",
  "SourceUpdateSuccess",
  "ValidationError"
 ],
 "UserError": [
  "ConflictError",
  "ForbiddenError",
  "IdempotencyMismatchError",
  "NotFoundError",
  "ValidationError"
 ],
 "Versioned": [
  "Asset",
  "Country",
  "Event",
  "Group",
  "Organization",
  "Person",
  "Sanction",
  "Source"
 ]
}

/** The types without an id. */
export const embeddedTypes = [
 "ActorChange",
 "ActorConnection",
 "ActorEdge",
 "ActorEraseSuccess",
 "ActorMergePreviewSuccess",
 "ActorMergeSuccess",
 "ActorNameAddSuccess",
 "ActorNameConnection",
 "ActorNameEdge",
 "ActorNameRemoveSuccess",
 "ActorRestoreSuccess",
 "ActorRetractSuccess",
 "ActorUnmergeSuccess",
 "AssetConnection",
 "AssetCreateSuccess",
 "AssetEdge",
 "AssetUpdateSuccess",
 "ChangeConnection",
 "ChangeEdge",
 "CitationAddSuccess",
 "CitationConnection",
 "CitationEdge",
 "CitationRemoveSuccess",
 "ConflictError",
 "CountryConnection",
 "CountryCreateSuccess",
 "CountryEdge",
 "CountryUpdateSuccess",
 "DetentionAddSuccess",
 "DetentionConnection",
 "DetentionEdge",
 "DetentionRemoveSuccess",
 "DetentionUpdateSuccess",
 "DisputedValueAddSuccess",
 "DisputedValueConnection",
 "DisputedValueEdge",
 "DisputedValueRemoveSuccess",
 "ErasedRows",
 "Erasure",
 "ErasureMention",
 "EventAdded",
 "EventChange",
 "EventConnection",
 "EventCreateSuccess",
 "EventEdge",
 "EventImported",
 "EventLinkAddSuccess",
 "EventLinkConnection",
 "EventLinkEdge",
 "EventLinkRemoveSuccess",
 "EventLinkUpdateSuccess",
 "EventMergePreviewSuccess",
 "EventMergeSuccess",
 "EventParticipantAddSuccess",
 "EventParticipantConnection",
 "EventParticipantEdge",
 "EventParticipantRemoveSuccess",
 "EventParticipantUpdateSuccess",
 "EventRestoreSuccess",
 "EventRetractSuccess",
 "EventUnmergeSuccess",
 "EventUpdateSuccess",
 "EventsImportSuccess",
 "Facet",
 "FacetValue",
 "FieldChange",
 "ForbiddenError",
 "FuzzyDate",
 "GroupConnection",
 "GroupCreateSuccess",
 "GroupEdge",
 "GroupUpdateSuccess",
 "IdempotencyMismatchError",
 "IdentifierAddSuccess",
 "IdentifierConnection",
 "IdentifierEdge",
 "IdentifierRemoveSuccess",
 "LicenceConnection",
 "LicenceEdge",
 "MergeCandidate",
 "MergePreview",
 "MergePreviewDifference",
 "MergePreviewPart",
 "MergePreviewValue",
 "MergeReason",
 "NotFoundError",
 "OrganizationConnection",
 "OrganizationCreateSuccess",
 "OrganizationEdge",
 "OrganizationUpdateSuccess",
 "PageInfo",
 "PartChange",
 "PersonConnection",
 "PersonCreateSuccess",
 "PersonEdge",
 "PersonUpdateSuccess",
 "RelationPoint",
 "RelationshipAddSuccess",
 "RelationshipConnection",
 "RelationshipEdge",
 "RelationshipRemoveSuccess",
 "RelationshipUpdateSuccess",
 "Restriction",
 "RestrictionConnection",
 "RestrictionEdge",
 "SanctionActionAddSuccess",
 "SanctionActionConnection",
 "SanctionActionEdge",
 "SanctionActionRemoveSuccess",
 "SanctionActionUpdateSuccess",
 "SanctionChange",
 "SanctionConnection",
 "SanctionCreateSuccess",
 "SanctionEdge",
 "SanctionLicenceAddSuccess",
 "SanctionLicenceRemoveSuccess",
 "SanctionLicenceUpdateSuccess",
 "SanctionRestoreSuccess",
 "SanctionRetractSuccess",
 "SanctionTargetAddSuccess",
 "SanctionTargetConnection",
 "SanctionTargetEdge",
 "SanctionTargetRemoveSuccess",
 "SanctionTargetUpdateSuccess",
 "SanctionUpdateSuccess",
 "SearchConnection",
 "SearchEdge",
 "Sighting",
 "SourceChange",
 "SourceConnection",
 "SourceCreateSuccess",
 "SourceEdge",
 "SourceRestoreSuccess",
 "SourceRetractSuccess",
 "SourceUpdateSuccess",
 "ValidationError",
 "ValidationIssue",
 "Viewer"
]

/** The fields of each type that are connections. */
export const connectionFields = {
 "Asset": [
  "citations",
  "disputedValues",
  "events",
  "history",
  "identifiers",
  "listings",
  "names",
  "participations",
  "relationships",
  "sanctions",
  "sanctionsImposed"
 ],
 "Bilateral": [
  "events",
  "sanctions"
 ],
 "Country": [
  "citations",
  "disputedValues",
  "events",
  "history",
  "identifiers",
  "listings",
  "names",
  "participations",
  "relationships",
  "sanctions",
  "sanctionsImposed"
 ],
 "Detention": [
  "citations"
 ],
 "DisputedValue": [
  "citations"
 ],
 "Event": [
  "citations",
  "countries",
  "disputedValues",
  "history",
  "identifiers",
  "links",
  "partOf",
  "participants",
  "parts",
  "people",
  "sanctionActions"
 ],
 "EventLink": [
  "citations"
 ],
 "EventParticipant": [
  "disputedValues"
 ],
 "Group": [
  "citations",
  "disputedValues",
  "events",
  "history",
  "identifiers",
  "listings",
  "names",
  "participations",
  "relationships",
  "sanctions",
  "sanctionsImposed"
 ],
 "Licence": [
  "citations"
 ],
 "Organization": [
  "citations",
  "disputedValues",
  "events",
  "history",
  "identifiers",
  "listings",
  "names",
  "participations",
  "relationships",
  "sanctions",
  "sanctionsImposed"
 ],
 "Person": [
  "citations",
  "detentions",
  "disputedValues",
  "events",
  "history",
  "identifiers",
  "listings",
  "names",
  "participations",
  "relationships",
  "sanctions",
  "sanctionsImposed"
 ],
 "Query": [
  "actors",
  "assets",
  "changes",
  "countries",
  "events",
  "groups",
  "organizations",
  "people",
  "restrictions",
  "sanctions",
  "search",
  "sources"
 ],
 "Relationship": [
  "citations",
  "identifiers"
 ],
 "Sanction": [
  "actions",
  "citations",
  "events",
  "history",
  "identifiers",
  "licences",
  "parts",
  "reasonEvents",
  "targets"
 ],
 "SanctionAction": [
  "citations"
 ],
 "SanctionTarget": [
  "actions",
  "citations",
  "disputedValues",
  "licences"
 ],
 "Source": [
  "citations",
  "history",
  "identifiers"
 ]
}

/** The fields of each type that are lists of objects without an id, except those of a page of a connection. */
export const embeddedListFields = {
 "ActorChange": [
  "fields",
  "parts"
 ],
 "Asset": [
  "restrictions"
 ],
 "Bilateral": [
  "relation"
 ],
 "Country": [
  "restrictions"
 ],
 "Erasure": [
  "mentions",
  "rows"
 ],
 "EventChange": [
  "fields",
  "parts"
 ],
 "EventConnection": [
  "facets"
 ],
 "Facet": [
  "values"
 ],
 "Group": [
  "restrictions"
 ],
 "MergeCandidate": [
  "reasons"
 ],
 "MergePreview": [
  "differing",
  "parts",
  "takenOver"
 ],
 "Organization": [
  "restrictions"
 ],
 "PartChange": [
  "fields"
 ],
 "Person": [
  "restrictions"
 ],
 "Query": [
  "mergeCandidates"
 ],
 "SanctionChange": [
  "fields",
  "parts"
 ],
 "SanctionTarget": [
  "sightings"
 ],
 "SourceChange": [
  "fields",
  "parts"
 ],
 "ValidationError": [
  "issues"
 ]
}

/** The fields of Query that return a record by its key, with its types. */
export const recordsByKey = {
 "actor": [
  "Asset",
  "Country",
  "Group",
  "Organization",
  "Person"
 ],
 "asset": [
  "Asset"
 ],
 "country": [
  "Country"
 ],
 "event": [
  "Event"
 ],
 "group": [
  "Group"
 ],
 "organization": [
  "Organization"
 ],
 "person": [
  "Person"
 ],
 "sanction": [
  "Sanction"
 ],
 "source": [
  "Source"
 ]
}
