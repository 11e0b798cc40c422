import { idOf } from '../../../client.ts'
import { aPerson, aSanction, aSource, aTarget, country, span } from '../../../world.ts'
import { day } from '../editor.ts'
import type { Case } from './case.ts'

const person = async () => idOf('Person', await aPerson())
const sanction = async () => idOf('Sanction', await aSanction())

export const sanctionCases: Case[] = [
  [
    'a delisting before the listing that is known',
    'sanctionTargetUpdate',
    async () => {
      const target = await aTarget((await aSanction()).id, (await aPerson()).id, span('listed', '2025-03-01', null))
      return { id: idOf('SanctionTarget', target), delisted: day('2025-02-01') }
    },
    'delisted',
    /before the date of listing/,
  ],
  [
    'a delisting before the listing that is given',
    'sanctionCreate',
    async () => ({
      title: 'Backwards',
      authority: idOf('Country', await country('US')),
      targets: [{ actor: await person(), listed: day('2025-03-01'), delisted: day('2025-02-01') }],
    }),
    'targets.0',
    /date of delisting before the date of listing/,
  ],
  [
    'one target twice',
    'sanctionTargetAdd',
    async () => {
      const { sanctionId, actorId } = await aTarget((await aSanction()).id, (await aPerson()).id)
      return { sanction: idOf('Sanction', { id: sanctionId }), actor: idOf('Person', { id: actorId }) }
    },
    'listingId',
    /pass another listingId/,
  ],
  [
    'an action on the target of another sanction',
    'sanctionActionAdd',
    async () => {
      const target = await aTarget((await aSanction()).id, (await aPerson()).id)
      const action = { kind: 'EASED', date: day('2025-01-01'), certainty: 'ASSERTED' }
      return { sanction: await sanction(), target: idOf('SanctionTarget', target), ...action }
    },
    'target',
    /of another sanction/,
  ],
  [
    'a sanction that is a part of a part of it',
    'sanctionUpdate',
    async () => {
      const whole = await aSanction()
      const part = await aSanction({ partOfId: whole.id })
      const smallest = await aSanction({ partOfId: part.id })
      return { id: idOf('Sanction', whole), partOf: idOf('Sanction', smallest) }
    },
    'partOf',
    /is a part of this sanction/,
  ],
  [
    'a source at the address of another',
    'sourceCreate',
    async () => ({ kind: 'ARTICLE', url: (await aSource({ url: 'https://example.org/known' })).url }),
    'url',
    /cite that source/,
  ],
]
