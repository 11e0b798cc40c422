import { beforeAll, describe, expect, test } from 'vitest'
import { ask, database, idOf, read } from '../client.ts'
import { anAction, anEvent, anOrganization, aPerson, aSanction, aTarget, on, span } from '../world.ts'

type Days = Record<string, string>

/** Returns the fields `statusOn` for days, each under the alias of its expected status and a number. */
const daysSelected = (days: Days) =>
  Object.keys(days)
    .map((day) => `d${day.replaceAll('-', '')}: statusOn(date: "${day}")`)
    .join(' ')
const daysExpected = (days: Days) =>
  Object.fromEntries(Object.entries(days).map(([day, status]) => [`d${day.replaceAll('-', '')}`, status]))

/** Expects the status of a target today and on days, on both paths. */
async function expectTarget(target: { id: string }, status: string, days: Days) {
  const { node } = await read(
    `query ($id: ID!) { node(id: $id) { ... on SanctionTarget { status ${daysSelected(days)} } } }`,
    { id: idOf('SanctionTarget', target) },
  )
  expect(node).toEqual({ status, ...daysExpected(days) })
}

/** Expects the status of a sanction today and on days, on both paths. */
async function expectSanction({ slug }: { slug: string }, status: string, days: Days) {
  const { sanction } = await read(
    `query ($slug: String!) { sanction(by: { slug: $slug }) { status ${daysSelected(days)} } }`,
    { slug },
  )
  expect(sanction).toEqual({ status, ...daysExpected(days) })
}

const aListing = async (sanction: { id: string }, more: object = {}) =>
  aTarget(sanction.id, (await anOrganization()).id, { listingId: '1', ...more })

const listed = span('listed', '2019-01-16', '2021-07-07', { basis: 'INFERRED' })
const delisted = span('delisted', '2022-03-02', '2022-05-01', { basis: 'INFERRED' })
const inTenYears = `${new Date().getUTCFullYear() + 10}-01-01`

describe('a listing', () => {
  test('is in force from the last day of its window on, and unknown within and before it', async () => {
    const sanction = await aSanction()
    await expectTarget(await aListing(sanction, listed), 'IN_FORCE', {
      '1990-01-01': 'UNKNOWN',
      '2019-01-16': 'UNKNOWN',
      '2021-07-06': 'UNKNOWN',
      '2021-07-07': 'IN_FORCE',
      [inTenYears]: 'IN_FORCE',
    })
    const days = { '2021-07-06': 'UNKNOWN', '2021-07-07': 'IN_FORCE', [inTenYears]: 'IN_FORCE' }
    await expectSanction(sanction, 'IN_FORCE', days)
  })

  test('is lifted from the last day of the window of its delisting on, and unknown within it', async () => {
    const sanction = await aSanction()
    await expectTarget(await aListing(sanction, { ...listed, ...delisted }), 'LIFTED', {
      '2021-07-07': 'IN_FORCE',
      '2022-03-01': 'IN_FORCE',
      '2022-03-02': 'UNKNOWN',
      '2022-04-30': 'UNKNOWN',
      '2022-05-01': 'LIFTED',
    })
    const days = { '2022-03-01': 'IN_FORCE', '2022-03-02': 'UNKNOWN', '2022-05-01': 'UNKNOWN' }
    await expectSanction(sanction, 'UNKNOWN', days)
  })

  test('with stated days has no unknown days between them', async () => {
    const days = { ...span('listed', '2020-02-01', '2020-02-01'), ...span('delisted', '2020-03-01', '2020-03-01') }
    await expectTarget(await aListing(await aSanction(), days), 'LIFTED', {
      '2020-01-31': 'UNKNOWN',
      '2020-02-01': 'IN_FORCE',
      '2020-02-29': 'IN_FORCE',
      '2020-03-01': 'LIFTED',
    })
  })

  test('whose dates are open at the end counts from today on', async () => {
    const sanction = await aSanction()
    const since = await aListing(sanction, span('listed', '2020-01-01', null))
    await expectTarget(since, 'IN_FORCE', { '2020-01-01': 'UNKNOWN', '2021-01-01': 'UNKNOWN' })
    const ended = { ...span('listed', '2020-01-01', '2020-01-01'), ...span('delisted', null, null) }
    await expectTarget(await aTarget(sanction.id, (await aPerson()).id, ended), 'LIFTED', {
      '2019-12-31': 'UNKNOWN',
      '2020-01-01': 'UNKNOWN',
      '2021-01-01': 'UNKNOWN',
    })
  })

  test('that returned has its absence between two windows', async () => {
    const sanction = await aSanction()
    const target = await aListing(sanction, span('listed', '2019-01-01', '2019-01-01'))
    const between = (earliest: string, latest: string) => ({
      targetId: target.id,
      certainty: 'INFERRED' as const,
      ...span('date', earliest, latest),
    })
    await anAction(sanction.id, { kind: 'LIFTED', ...between('2020-01-02', '2020-02-01') })
    await anAction(sanction.id, { kind: 'REIMPOSED', ...between('2020-02-02', '2020-03-01') })
    await expectTarget(target, 'IN_FORCE', {
      '2020-01-01': 'IN_FORCE',
      '2020-01-02': 'UNKNOWN',
      '2020-02-01': 'LIFTED',
      '2020-02-02': 'UNKNOWN',
      '2020-03-01': 'IN_FORCE',
    })
    await expectSanction(sanction, 'IN_FORCE', { '2020-01-01': 'IN_FORCE', '2020-02-01': 'UNKNOWN' })
  })

  test('follows the actions on the whole sanction, if it began before them', async () => {
    const sanction = await aSanction()
    const before = await aListing(sanction, span('listed', '2019-01-01', '2019-01-01'))
    const after = await aTarget(sanction.id, (await aPerson()).id, span('listed', '2021-01-01', '2021-01-01'))
    const gone = await aTarget(sanction.id, (await aPerson()).id, {
      ...span('listed', '2019-01-01', '2019-01-01'),
      ...span('delisted', '2019-06-01', '2019-06-01'),
    })
    await anAction(sanction.id, { kind: 'SUSPENDED', ...on('2020-01-01') })
    await expectTarget(before, 'SUSPENDED', { '2019-12-31': 'IN_FORCE', '2020-01-01': 'SUSPENDED' })
    await expectTarget(after, 'IN_FORCE', { '2020-06-01': 'UNKNOWN', '2021-01-01': 'IN_FORCE' })
    await anAction(sanction.id, { kind: 'LIFTED', ...on('2022-01-01') })
    for (const target of [before, after]) await expectTarget(target, 'LIFTED', { '2022-01-01': 'LIFTED' })
    await anAction(sanction.id, { kind: 'REIMPOSED', ...on('2023-01-01') })
    await expectTarget(gone, 'LIFTED', { '2022-01-01': 'LIFTED', '2023-01-01': 'LIFTED' })
    await expectTarget(after, 'IN_FORCE', { '2022-12-31': 'LIFTED', '2023-01-01': 'IN_FORCE' })
  })

  test('that a list still had after its sanction was lifted is unknown: the sources contradict each other', async () => {
    const sanction = await aSanction()
    const target = await aListing(sanction, span('listed', '2019-01-01', '2019-01-01'))
    await anAction(sanction.id, { kind: 'LIFTED', ...on('2020-01-01') })
    await expectTarget(target, 'LIFTED', {})
    await database.sighting.create({ data: { targetId: target.id, list: 'TEST', seenOn: new Date('2021-01-01') } })
    await expectTarget(target, 'UNKNOWN', { '2019-12-31': 'IN_FORCE', '2020-01-01': 'UNKNOWN' })
  })
})

test('a target without dates has the status of its sanction', async () => {
  const sanction = await aSanction({ sector: 'potash' })
  const target = await aTarget(sanction.id, (await anOrganization()).id)
  await expectTarget(target, 'UNKNOWN', { '2020-01-01': 'UNKNOWN' })
  await anAction(sanction.id, { kind: 'LIFT_ANNOUNCED', ...on('2020-01-01') })
  await expectTarget(target, 'IN_FORCE', { '2019-12-31': 'UNKNOWN', '2020-01-01': 'IN_FORCE' })
  await anAction(sanction.id, { kind: 'EASED', targetId: target.id, ...on('2021-01-01') })
  await expectTarget(target, 'EASED', { '2020-12-31': 'IN_FORCE', '2021-01-01': 'EASED' })
})

test('a licence changes no status', async () => {
  const sanction = await aSanction()
  const target = await aListing(sanction, span('listed', '2019-01-01', '2019-01-01'))
  await anAction(sanction.id, { kind: 'LICENSED', ...on('2020-01-01') })
  await anAction(sanction.id, { kind: 'LICENSED', targetId: target.id, ...on('2020-01-01') })
  await expectSanction(sanction, 'IN_FORCE', { '2020-01-01': 'IN_FORCE' })
  await expectTarget(target, 'IN_FORCE', { '2020-01-01': 'IN_FORCE' })
  const licensed = await aSanction()
  await anAction(licensed.id, { kind: 'LICENSED', ...on('2020-01-01') })
  await expectSanction(licensed, 'UNKNOWN', { '2020-01-01': 'UNKNOWN' })
})

test.each(['EASING_EXPECTED', 'LIFT_ANNOUNCED'] as const)(
  '%s supports that the sanction is in force, also before its event and its date, and changes no other status',
  async (kind) => {
    const sanction = await aSanction()
    const event = await anEvent({ status: 'PROSPECTIVE' })
    await anAction(sanction.id, { kind, eventId: event.id, ...on(inTenYears) })
    await expectSanction(sanction, 'IN_FORCE', { '1990-01-01': 'UNKNOWN', [inTenYears]: 'IN_FORCE' })
    await database.event.update({ where: { id: event.id }, data: { retractedAt: new Date() } })
    await expectSanction(sanction, 'UNKNOWN', {})
    await anAction(sanction.id, { kind: 'LIFTED', ...on('2020-01-01') })
    await anAction(sanction.id, { kind, ...on('2021-01-01') })
    await expectSanction(sanction, 'LIFTED', { '2021-01-01': 'LIFTED' })
  },
)

test('an action without a date counts from today on', async () => {
  const sanction = await aSanction()
  await anAction(sanction.id, { kind: 'IMPOSED', ...span('date', null, null) })
  await expectSanction(sanction, 'IN_FORCE', { '1990-01-01': 'UNKNOWN', [inTenYears]: 'IN_FORCE' })
})

type Change = [
  kind: 'IMPOSED' | 'EXTENDED' | 'EASED' | 'SUSPENDED' | 'LIFTED' | 'REIMPOSED',
  earliest: string | null,
  latest: string | null,
]
const imposed: Change = ['IMPOSED', '2014-03-01', '2014-03-01']

/** Sanctions and listings with these changes have these statuses. A listing has its first change as its date of listing. */
test.each<[changes: Change[], days: Days]>([
  // Within the window of a change the status is unknown.
  [
    [imposed, ['LIFTED', '2026-01-01', '2026-12-31']],
    { '2025-12-31': 'IN_FORCE', '2026-01-01': 'UNKNOWN', '2026-12-30': 'UNKNOWN', '2026-12-31': 'LIFTED' },
  ],
  [
    [imposed, ['EASED', '2020-01-01', '2020-12-31']],
    { '2019-12-31': 'IN_FORCE', '2020-06-01': 'UNKNOWN', '2020-12-31': 'EASED' },
  ],
  [[['IMPOSED', '2014-01-01', '2014-12-31']], { '2014-06-01': 'UNKNOWN', '2014-12-31': 'IN_FORCE' }],
  // A change without a first day may have happened on any day until its last one, without a last day on any day until today.
  [
    [imposed, ['LIFTED', null, '2020-12-31']],
    { '2014-03-01': 'UNKNOWN', '2020-12-30': 'UNKNOWN', '2020-12-31': 'LIFTED' },
  ],
  [
    [imposed, ['LIFTED', '2020-01-01', null]],
    { '2019-12-31': 'IN_FORCE', '2020-01-01': 'UNKNOWN', '2025-01-01': 'UNKNOWN', [inTenYears]: 'LIFTED' },
  ],
  // An extension within a window does not end the uncertainty, and has none of its own.
  [[imposed, ['EXTENDED', '2015-01-01', '2015-12-31']], { '2015-06-01': 'IN_FORCE', '2016-01-01': 'IN_FORCE' }],
  [
    [imposed, ['LIFTED', '2015-01-01', '2015-12-31'], ['EXTENDED', '2015-06-01', '2015-06-01']],
    { '2015-07-01': 'UNKNOWN', '2015-12-31': 'LIFTED' },
  ],
  // An imposition comes before the other changes of its window.
  [
    [
      ['IMPOSED', '2014-01-01', '2014-12-31'],
      ['LIFTED', '2014-06-01', '2014-06-01'],
    ],
    { '2014-03-01': 'UNKNOWN', '2014-06-01': 'LIFTED', '2015-01-01': 'LIFTED' },
  ],
  [
    [imposed, ['LIFTED', '2014-01-01', '2014-12-31']],
    { '2014-02-01': 'UNKNOWN', '2014-06-01': 'UNKNOWN', '2014-12-31': 'LIFTED' },
  ],
  // After two changes whose order is not known, the status is unknown until the next one.
  [
    [imposed, ['LIFTED', '2020-01-01', '2020-12-31'], ['REIMPOSED', '2020-06-01', '2020-06-01']],
    { '2020-06-01': 'UNKNOWN', '2021-01-01': 'UNKNOWN' },
  ],
  [
    [imposed, ['LIFTED', '2020-06-01', '2020-06-01'], ['REIMPOSED', '2020-01-01', '2020-12-31']],
    { '2020-05-31': 'IN_FORCE', '2020-06-01': 'UNKNOWN', '2021-01-01': 'UNKNOWN' },
  ],
  [
    [
      imposed,
      ['LIFTED', '2020-01-01', '2020-12-31'],
      ['REIMPOSED', '2020-06-01', '2020-06-01'],
      ['REIMPOSED', '2022-01-01', '2022-01-01'],
    ],
    { '2021-01-01': 'UNKNOWN', '2022-01-01': 'IN_FORCE' },
  ],
  [
    [imposed, ['SUSPENDED', '2020-01-01', '2020-12-31'], ['EASED', '2020-06-01', '2020-06-01']],
    { '2020-06-01': 'UNKNOWN', '2021-01-01': 'UNKNOWN' },
  ],
  // Of two changes on one day, the one that was entered later is the later one.
  [
    [imposed, ['LIFTED', '2020-06-01', '2020-06-01'], ['REIMPOSED', '2020-06-01', '2020-06-01']],
    { '2020-05-31': 'IN_FORCE', '2020-06-01': 'IN_FORCE' },
  ],
  [
    [imposed, ['REIMPOSED', '2020-06-01', '2020-06-01'], ['LIFTED', '2020-06-01', '2020-06-01']],
    { '2020-05-31': 'IN_FORCE', '2020-06-01': 'LIFTED' },
  ],
])('changes %j: %j', async (changes, days) => {
  const entered = async (changesOf: Change[], sanctionId: string, targetId?: string) => {
    for (const [kind, earliest, latest] of changesOf)
      await anAction(sanctionId, { kind, ...(targetId && { targetId }), ...span('date', earliest, latest) })
  }
  const today = new Date().toISOString().slice(0, 10)
  const expectToday =
    Object.entries(days)
      .filter(([day]) => day <= today || day === inTenYears)
      .at(-1)?.[1] ?? ''
  const sanction = await aSanction()
  await entered(changes, sanction.id)
  await expectSanction(sanction, expectToday, days)
  const listing = await aListing(await aSanction())
  await entered(changes, listing.sanctionId, listing.id)
  await expectTarget(listing, expectToday, days)
  const [[, earliest, latest] = imposed, ...others] = changes
  const dated = await aListing(await aSanction(), span('listed', earliest, latest))
  await entered(others, dated.sanctionId, dated.id)
  await expectTarget(dated, expectToday, days)
})

test('a listing that ended on its first day is lifted, with and without actions on it', async () => {
  const day = { ...span('listed', '2020-01-01', '2020-01-01'), ...span('delisted', '2020-01-01', '2020-01-01') }
  const listing = await aListing(await aSanction(), day)
  await expectTarget(listing, 'LIFTED', { '2019-12-31': 'UNKNOWN', '2020-01-01': 'LIFTED' })
  await anAction(listing.sanctionId, { kind: 'LICENSED', targetId: listing.id, ...on('2019-01-01') })
  await expectTarget(listing, 'LIFTED', { '2019-12-31': 'UNKNOWN', '2020-01-01': 'LIFTED' })
})

test('an end of a listing that may have come after an action on it makes its status unknown', async () => {
  const listing = await aListing(await aSanction(), { ...listed, ...delisted })
  await anAction(listing.sanctionId, { kind: 'EXTENDED', targetId: listing.id, ...on('2022-04-01') })
  await expectTarget(listing, 'LIFTED', { '2022-03-01': 'IN_FORCE', '2022-04-01': 'UNKNOWN', '2022-05-01': 'LIFTED' })
  await anAction(listing.sanctionId, { kind: 'LIFTED', targetId: listing.id, ...on('2022-04-10') })
  await expectTarget(listing, 'LIFTED', { '2022-04-09': 'UNKNOWN', '2022-04-10': 'LIFTED' })
})

test('a listing that may have begun before or after its sanction was suspended has an unknown status', async () => {
  const sanction = await aSanction()
  const target = await aListing(sanction, span('listed', '2019-01-16', '2021-07-07'))
  await anAction(sanction.id, { kind: 'IMPOSED', ...on('2010-01-01') })
  await expectTarget(target, 'IN_FORCE', { '2021-07-06': 'UNKNOWN', '2021-07-07': 'IN_FORCE' })
  await anAction(sanction.id, { kind: 'SUSPENDED', ...on('2020-06-01') })
  await expectTarget(target, 'UNKNOWN', { '2020-06-01': 'UNKNOWN', '2021-07-07': 'UNKNOWN' })
  await anAction(sanction.id, { kind: 'REIMPOSED', ...on('2022-01-01') })
  await expectTarget(target, 'IN_FORCE', { '2021-12-31': 'UNKNOWN', '2022-01-01': 'IN_FORCE' })
})

test('a listing that began while its sanction may have been lifted already has an unknown status', async () => {
  const sanction = await aSanction()
  const target = await aListing(sanction, span('listed', '2020-06-01', '2020-06-01'))
  await anAction(sanction.id, { kind: 'LIFTED', ...span('date', '2020-01-01', '2020-12-31') })
  const days = { '2020-05-31': 'UNKNOWN', '2020-06-01': 'UNKNOWN', '2020-12-31': 'UNKNOWN' }
  await expectTarget(target, 'UNKNOWN', days)
})

test.each<[whole: Change[], own: Change[], status: string]>([
  // An action on the target does not hide one on the sanction: the stronger status is that of the target.
  [[['SUSPENDED', '2020-01-01', '2020-01-01']], [['EXTENDED', '2020-05-01', '2020-05-01']], 'SUSPENDED'],
  [[['SUSPENDED', '2020-01-01', '2020-01-01']], [['EASED', '2020-05-01', '2020-05-01']], 'SUSPENDED'],
  [[['LIFTED', '2020-01-01', '2020-01-01']], [['EASED', '2020-05-01', '2020-05-01']], 'LIFTED'],
  [[['LIFTED', '2020-01-01', '2020-01-01']], [['EXTENDED', '2020-05-01', '2020-05-01']], 'LIFTED'],
  // A target that is listed anew is not concerned by what came before.
  [
    [['LIFTED', '2020-01-01', '2020-01-01']],
    [
      ['LIFTED', '2020-02-01', '2020-02-01'],
      ['REIMPOSED', '2020-05-01', '2020-05-01'],
    ],
    'IN_FORCE',
  ],
  [[['EASED', '2020-05-02', '2020-05-02']], [['SUSPENDED', '2020-05-01', '2020-05-01']], 'SUSPENDED'],
])('a target under a sanction with %j has, with %j of its own, the status %s', async (whole, own, status) => {
  const sanction = await aSanction()
  const target = await aListing(sanction, span('listed', '2019-01-01', '2019-01-01'))
  for (const [kind, earliest, latest] of whole) await anAction(sanction.id, { kind, ...span('date', earliest, latest) })
  for (const [kind, earliest, latest] of own)
    await anAction(sanction.id, { kind, targetId: target.id, ...span('date', earliest, latest) })
  await expectTarget(target, status, { '2019-06-01': 'IN_FORCE', '2020-06-01': status })
})

test('a change after an end that contradicts it makes the status unknown, unless it is an end or a new imposition', async () => {
  const outcomes = {
    IMPOSED: 'UNKNOWN',
    EXTENDED: 'UNKNOWN',
    EASED: 'UNKNOWN',
    SUSPENDED: 'UNKNOWN',
    EXPIRED: 'LIFTED',
    LIFTED: 'LIFTED',
    REIMPOSED: 'IN_FORCE',
  } as const
  for (const [kind, status] of Object.entries(outcomes)) {
    const sanction = await aSanction()
    await anAction(sanction.id, { kind: 'IMPOSED', ...on('2019-01-01') })
    await anAction(sanction.id, { kind: 'LIFTED', ...on('2020-01-01') })
    await anAction(sanction.id, { kind: kind as 'IMPOSED', ...on('2020-05-01') })
    await expectSanction(sanction, status, { '2020-04-30': 'LIFTED', '2020-05-01': status })
  }
})

test.each(['EXTENDED', 'IMPOSED', 'REIMPOSED'] as const)(
  'while %s may have followed a suspension, the status is unknown',
  async (kind) => {
    const sanction = await aSanction()
    await anAction(sanction.id, { kind: 'IMPOSED', ...on('2019-01-01') })
    await anAction(sanction.id, { kind: 'SUSPENDED', ...on('2020-01-01') })
    await anAction(sanction.id, { kind, ...span('date', '2020-03-01', '2020-12-31') })
    const days = { '2020-02-29': 'SUSPENDED', '2020-06-01': 'UNKNOWN', '2020-12-31': 'IN_FORCE' }
    await expectSanction(sanction, 'IN_FORCE', days)
  },
)

test('a date without a last day that is to come may be any day from its first one on', async () => {
  const ends = await aListing(await aSanction(), { ...listed, ...span('delisted', inTenYears, null) })
  await expectTarget(ends, 'IN_FORCE', { [inTenYears]: 'UNKNOWN' })
  await expectTarget(await aListing(await aSanction(), span('listed', inTenYears, null)), 'UNKNOWN', {
    [inTenYears]: 'UNKNOWN',
  })
  const sanction = await aSanction()
  await anAction(sanction.id, { kind: 'IMPOSED', ...on('2019-01-01') })
  await anAction(sanction.id, { kind: 'LIFTED', ...span('date', inTenYears, null) })
  await expectSanction(sanction, 'IN_FORCE', { '2020-01-01': 'IN_FORCE', [inTenYears]: 'UNKNOWN' })
})

test('more changes than their orders can be followed leave the status unknown', async () => {
  const sanction = await aSanction()
  for (let i = 0; i < 12; i++) {
    const kind = (['SUSPENDED', 'REIMPOSED', 'EASED'] as const)[i % 3]
    await anAction(sanction.id, { kind, ...span('date', '2020-01-01', `2020-12-${i + 10}`) })
  }
  await anAction(sanction.id, { kind: 'REIMPOSED', ...on('2022-01-01') })
  await expectSanction(sanction, 'UNKNOWN', { '2019-12-31': 'UNKNOWN', '2021-01-01': 'UNKNOWN' })
})

test.each([
  [['ASSET_FREEZE', 'TRADE_RESTRICTION'], null, 'PARTY'],
  [['TRAVEL_BAN'], 'oil', 'PARTY'],
  [['ARMS_EMBARGO'], null, 'GOODS'],
  [['TRADE_RESTRICTION', 'SECTORAL'], 'potash', 'GOODS'],
  [['SECTORAL'], null, 'SECTOR'],
  [[], 'potash', 'SECTOR'],
  [[], null, 'PARTY'],
] as const)(
  'measures %j and sector %s: scope %s, and an entry of a list is a party',
  async (measures, sector, scope) => {
    const { id, slug } = await aSanction({ measures: [...measures], sector })
    await aTarget(id, (await anOrganization()).id)
    await aListing({ id })
    const { sanction } = await read(
      'query ($slug: String!) { sanction(by: { slug: $slug }) { scope targets { nodes { listingId scope } } } }',
      { slug },
    )
    const nodes = [
      { listingId: null, scope },
      { listingId: '1', scope: 'PARTY' },
    ]
    expect(sanction).toEqual({ scope, targets: { nodes } })
    const matching =
      'query ($slug: String!, $scope: RestrictionScope) { sanctions(where: { slug: { eq: $slug }, scope: { eq: $scope } }) { totalCount } }'
    expect(await read(matching, { slug, scope })).toEqual({ sanctions: { totalCount: 1 } })
  },
)

test('a change of the measures changes the scope, and is one version', async () => {
  const { id } = await aSanction({ sector: 'potash' })
  const changed = await database.sanction.update({ where: { id }, data: { measures: ['ASSET_FREEZE'] } })
  expect(changed).toMatchObject({ scope: 'PARTY', version: 2 })
  expect(await database.sanction.update({ where: { id }, data: { title: changed.title } })).toMatchObject({
    version: 2,
  })
})

describe('filters by status', () => {
  const day = (prefix: 'listed' | 'delisted', at: string) => span(prefix, at, at)
  let slug: string

  beforeAll(async () => {
    const sanction = await aSanction({ program: 'FILTERED' })
    const suspended = await aSanction({ program: 'FILTERED' })
    slug = sanction.slug
    const rows = {
      Listed: day('listed', '2020-01-01'),
      Delisted: { ...day('listed', '2020-01-01'), ...day('delisted', '2021-01-01') },
    }
    for (const [name, dates] of Object.entries(rows))
      await aTarget(sanction.id, (await aPerson({ name, description: 'of the statuses' })).id, {
        listingId: name,
        ...dates,
      })
    await aTarget(suspended.id, (await aPerson({ name: 'Suspended', description: 'of the statuses' })).id)
    await anAction(suspended.id, { kind: 'SUSPENDED', ...on('2020-01-01') })
  })

  test.each([
    ['{ status: { eq: IN_FORCE } }', ['Listed']],
    ['{ status: { in: [LIFTED, UNKNOWN] } }', ['Delisted']],
    ['{ status: { eq: null } }', ['Listed', 'Delisted']],
    ['{ not: { status: { eq: IN_FORCE } } }', ['Delisted']],
  ])('targets where %s: %j', async (where, ids) => {
    const { data, statements, path } = await ask(
      `query ($slug: String!) { sanction(by: { slug: $slug }) { targets(where: ${where}) { totalCount nodes { listingId } } } }`,
      { slug },
    )
    const nodes = ids.map((listingId) => ({ listingId }))
    expect(data).toEqual({ sanction: { targets: { totalCount: ids.length, nodes } } })
    expect([statements, path]).toEqual([1, 'prepared'])
  })

  test.each([
    ['some: { status: { eq: LIFTED } }', ['Delisted']],
    ['some: { status: { eq: SUSPENDED } }', ['Suspended']],
    ['none: { status: { eq: IN_FORCE } }', ['Delisted', 'Suspended']],
    ['every: { status: { in: [IN_FORCE, LIFTED] } }', ['Delisted', 'Listed']],
  ])('people by listings: { %s }: %j', async (asked, names) => {
    const { people } = await read<{ people: { nodes: { name: string }[] } }>(
      `{ people(orderBy: [{ field: NAME, direction: ASC }], where: { description: { eq: "of the statuses" }, listings: { ${asked} } }) { nodes { name } } }`,
    )
    expect(people.nodes.map(({ name }) => name)).toEqual(names)
  })

  test('sanctions without support are found by UNKNOWN', async () => {
    const bare = await aSanction()
    const where = '{ status: { eq: UNKNOWN }, slug: { in: $slugs } }'
    const query = `query ($slugs: [String!]) { sanctions(where: ${where}) { nodes { slug } } }`
    const { sanctions } = await read(query, { slugs: [bare.slug, slug] })
    expect(sanctions).toEqual({ nodes: [{ slug: bare.slug }] })
  })
})

test('a list of targets with statuses on two days takes one statement', async () => {
  const { errors, statements, path } = await ask(`{ sanctions { nodes { status statusAsOf scope
    targets { nodes { status a: statusOn(date: "2020-01-01") scope confirmedUntil sightings { list absentOn firstSeenOn lastSeenOn } } } } } }`)
  // Field by field, `statusOn` and the second selection of sightings each take one more.
  expect([errors, statements, path]).toEqual([undefined, 3, 'prepared'])
})
