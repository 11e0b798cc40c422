import { Invalid } from '../../domain/mutation-error.ts'
import type { DatabaseError } from '../database-error.ts'

interface Rule {
  /** Where the mistake lies in the input of the mutation that writes such a row alone. */
  path: string
  /** The rest of a sentence that begins there. */
  message: string
  /** The list that holds such rows in the input of the record that they belong to. */
  list?: string
}

/** What the database refuses although each input by itself keeps the rules of its fields, by the name of the constraint. */
export const constraints: Record<string, Rule> = {
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
  Identifier_actor_key: taken('actor'),
  Identifier_event_key: taken('event'),
  Identifier_sanction_key: taken('sanction'),
  Identifier_source_key: taken('source'),
  Identifier_relationship_key: taken('relationship'),
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
}

function taken(subject: string): Rule {
  return {
    path: 'value',
    message: `is already the identifier of another ${subject} in this scheme: correct the value.`,
    list: 'identifiers',
  }
}

/** What a caller is told of a rule of the database that was broken; undefined where the input could not have known better. */
export function refusalOf({ message, detail, index }: DatabaseError, input: unknown): Invalid | undefined {
  const names = Object.keys(constraints)
  const name = names.find((each) => each === index || each === detail || message.includes(`"${each}"`))
  const rule = name && constraints[name]
  if (!rule) return undefined
  return new Invalid([{ path: [placeIn(input as Record<string, unknown>, rule)], message: rule.message }])
}

/** A merge names nothing but the two records: what does not go together is told of the one that stays. */
function placeIn(input: Record<string, unknown>, { path, list }: Rule): string {
  if (input.into) return 'into'
  return list && input[list] ? list : path
}
