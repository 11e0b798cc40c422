import { Invalid } from '../../domain/refusal.ts'
import type { Fault } from '../fault.ts'

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
  Actor_slug_key: { path: 'slug', message: 'is already that of another actor: pass another one.' },
  Event_slug_key: { path: 'slug', message: 'is already that of another event: pass another one.' },
  Sanction_slug_key: { path: 'slug', message: 'is already that of another sanction: pass another one.' },
  Source_url_key: { path: 'url', message: 'is already that of another source: cite that one.' },
  Country_iso2_key: { path: 'iso2', message: 'is already that of another country.' },
  Country_iso3_key: { path: 'iso3', message: 'is already that of another country.' },
  Country_isoNumeric_key: { path: 'isoNumeric', message: 'is already that of another country.' },
  Person_death_after: { path: 'death', message: 'lies before the birth: correct one of the dates.' },
  ActorName_actorId_value_kind_lang_key: { path: 'value', message: 'is known already.', list: 'names' },
  Identifier_actor_key: taken('actor'),
  Identifier_event_key: taken('event'),
  Identifier_sanction_key: taken('sanction'),
  Identifier_source_key: taken('source'),
  Identifier_relationship_key: taken('relationship'),
  Relationship_object_other: { path: 'object', message: 'is the subject itself: relate it to another actor.' },
  Relationship_end_after: { path: 'end', message: 'lies before the beginning: correct one of the dates.' },
  Detention_end_after: { path: 'end', message: 'lies before the beginning: correct one of the dates.' },
  Detention_open_one: {
    path: 'end',
    message:
      'is open, and this person is in a detention already that is: end that one first, or say how this one ended.',
  },
  EventParticipant_eventId_actorId_role_key: {
    path: 'role',
    message: 'is one that this actor has in the event already: change that participant.',
    list: 'participants',
  },
  EventParticipant_onBehalfOf_other: {
    path: 'onBehalfOf',
    message: 'is the actor itself: leave it out, or correct it.',
    list: 'participants',
  },
  EventParticipant_count_kind: {
    path: 'countKind',
    message: 'goes with a count: pass both, or empty both.',
    list: 'participants',
  },
  EventLink_to_other: { path: 'to', message: 'is the event itself: link it to another one.', list: 'links' },
  EventLink_fromId_toId_kind_key: { path: 'kind', message: 'is how the two are linked already.', list: 'links' },
  Citation_passage: { path: 'end', message: 'has to come after `start`: pass both, or neither.', list: 'citations' },
  Sanction_partOf_other: { path: 'partOf', message: 'is the sanction itself.' },
  Sanction_partOf_circle: { path: 'partOf', message: 'is itself a part of this sanction.' },
  SanctionTarget_sanctionId_actorId_listingId_key: {
    path: 'listingId',
    message: 'does not tell this target from one of the same actor: change that one, or tell the two apart.',
    list: 'targets',
  },
  SanctionTarget_delisted_after: {
    path: 'delisted',
    message: 'lies before the listing: correct one of the dates.',
    list: 'targets',
  },
  SanctionAction_target_own: { path: 'target', message: 'is a target of another sanction.', list: 'actions' },
}

function taken(subject: string): Rule {
  return { path: 'value', message: `is already the key of another ${subject} in this scheme.`, list: 'identifiers' }
}

/** What a caller is told of a rule of the database that was broken; undefined where the input could not have known better. */
export function refusalOf({ message, detail, index }: Fault, input: unknown): Invalid | undefined {
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
