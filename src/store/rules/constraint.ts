import { Invalid } from '../../domain/mutation-error.ts'
import type { DatabaseError } from '../database-error.ts'

interface ConstraintMessage {
  /** The input field with the mistake, in a mutation that writes one such row. */
  path: string
  /** The rest of a sentence that starts with the field's name. */
  message: string
  /** The input field with the list of such rows, in a mutation that creates the record that owns them. */
  list?: string
}

/** Error messages for constraints of the database that validation of the fields cannot check, by the constraint's name. */
export const constraints: Record<string, ConstraintMessage> = {
  Actor_slug_key: { path: 'slug', message: 'is already used by another actor: pass another slug.' },
  Event_slug_key: { path: 'slug', message: 'is already used by another event: pass another slug.' },
  Sanction_slug_key: { path: 'slug', message: 'is already used by another sanction: pass another slug.' },
  Source_url_key: { path: 'url', message: 'is already used by another source: cite that source.' },
  Country_iso2_key: { path: 'iso2', message: 'is already used by another country: correct the code.' },
  Country_iso3_key: { path: 'iso3', message: 'is already used by another country: correct the code.' },
  Country_isoNumeric_key: { path: 'isoNumeric', message: 'is already used by another country: correct the code.' },
  Person_death_after: { path: 'death', message: 'is before the date of birth: correct one of the dates.' },
  ActorName_actorId_value_kind_lang_key: {
    path: 'value',
    message: 'is already a name of this actor: remove it.',
    list: 'names',
  },
  Identifier_actor_key: usedIdentifier('actor'),
  Identifier_event_key: usedIdentifier('event'),
  Identifier_sanction_key: usedIdentifier('sanction'),
  Identifier_source_key: usedIdentifier('source'),
  Identifier_relationship_key: usedIdentifier('relationship'),
  Relationship_object_other: { path: 'object', message: 'is the same as the subject: pass another actor.' },
  Relationship_end_after: { path: 'end', message: 'is before the start: correct one of the dates.' },
  Detention_end_after: { path: 'end', message: 'is before the start: correct one of the dates.' },
  Detention_open_one: {
    path: 'end',
    message:
      'is missing, but the person already has an open detention: end that detention first, or pass the end or outcome of this one.',
  },
  EventParticipant_eventId_actorId_role_key: {
    path: 'role',
    message: 'is already the role of this actor in the event: update that participant.',
    list: 'participants',
  },
  EventParticipant_onBehalfOf_other: {
    path: 'onBehalfOf',
    message: 'is the same as the actor: omit or correct it.',
    list: 'participants',
  },
  EventParticipant_count_kind: {
    path: 'countKind',
    message: 'must be set together with count: pass both, or set both to null.',
    list: 'participants',
  },
  EventLink_to_other: { path: 'to', message: 'is the event itself: pass another event.', list: 'links' },
  EventLink_part_circle: {
    path: 'to',
    message: 'is a part of this event, or has it as a part: pass another event.',
    list: 'links',
  },
  EventLink_fromId_toId_kind_key: {
    path: 'kind',
    message: 'is already the kind of a link between the two events: update that link.',
    list: 'links',
  },
  Citation_passage: { path: 'end', message: 'must be greater than start: pass both, or neither.', list: 'citations' },
  Sanction_partOf_other: { path: 'partOf', message: 'is the sanction itself: pass another sanction.' },
  Sanction_partOf_circle: { path: 'partOf', message: 'is a part of this sanction: pass another sanction.' },
  SanctionTarget_sanctionId_actorId_listingId_key: {
    path: 'listingId',
    message: 'is already used by a target of the same actor: update that target, or pass another listingId.',
    list: 'targets',
  },
  SanctionTarget_delisted_after: {
    path: 'delisted',
    message: 'is before the date of listing: correct one of the dates.',
    list: 'targets',
  },
  SanctionAction_target_own: {
    path: 'target',
    message: 'is a target of another sanction: pass a target of this sanction.',
    list: 'actions',
  },
  Licence_target_own: {
    path: 'target',
    message: 'is a target of another sanction: pass a target of this sanction.',
    list: 'licences',
  },
  Licence_to_after: { path: 'to', message: 'is before `from`: correct one of the dates.', list: 'licences' },
  Licence_extended_after: {
    path: 'extended',
    message: 'is before `from`, or the licence has no `to` that was extended: correct the dates.',
    list: 'licences',
  },
  Licence_revoked_after: { path: 'revoked', message: 'is before `from`: correct one of the dates.', list: 'licences' },
}

function usedIdentifier(subject: string): ConstraintMessage {
  return {
    path: 'value',
    message: `is already the identifier of another ${subject} in this scheme: correct the value.`,
    list: 'identifiers',
  }
}

/** Translates a violated constraint to an `Invalid`; returns undefined if `constraints` has no message for it. */
export function constraintErrorOf({ message, detail, index }: DatabaseError, input: unknown): Invalid | undefined {
  const names = Object.keys(constraints)
  const name = names.find((each) => each === index || each === detail || message.includes(`"${each}"`))
  const constraint = name && constraints[name]
  if (!constraint) return undefined
  return new Invalid([{ path: [pathIn(input as Record<string, unknown>, constraint)], message: constraint.message }])
}

/** Returns the input field with the mistake. The input of a merge has only two ids, so the mistake is reported at `into`. */
function pathIn(input: Record<string, unknown>, { path, list }: ConstraintMessage): string {
  if (input.into) return 'into'
  return list && input[list] ? list : path
}
