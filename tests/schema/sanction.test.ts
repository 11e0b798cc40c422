import { beforeAll, describe, expect, test } from 'vitest'
import { ask, read } from '../client.ts'
import { anAction, anEvent, anOrganization, aPerson, aSanction, aTarget, country, on, span } from '../world.ts'

test('the potash sanction is still in force, because its lifting was declared but has not happened', async () => {
  const { sanction } = await read(`{ sanction(by: { slug: "us-potash" }) {
    status
    statusOn(date: "2026-01-01")
    partOf { slug }
    actions { nodes { kind event { slug status } } }
  } }`)
  expect(sanction).toEqual({
    status: 'IN_FORCE',
    statusOn: 'IN_FORCE',
    partOf: { slug: 'us-belarus-restrictions' },
    actions: {
      nodes: [{ kind: 'LIFT_ANNOUNCED', event: { slug: 'coale-declares-potash-lifting', status: 'OCCURRED' } }],
    },
  })
})

test('the December release of 123 was in exchange for a future lifting', async () => {
  const { event } = await read(`{ event(by: { slug: "prisoner-release-december-2025" }) {
    participants(where: { count: { isNull: false } }) { nodes { count countKind actor { name } } }
    links(where: { kind: { in: [IN_EXCHANGE_FOR] } }) { edges { other { slug status } node { kind basis citations { nodes { quote } } } } }
  } }`)
  expect(event).toEqual({
    participants: { nodes: [{ count: 123, countKind: 'EXACT', actor: { name: 'Political prisoners in Belarus' } }] },
    links: {
      edges: [
        {
          other: { slug: 'us-lifts-potash-sanctions', status: 'PROSPECTIVE' },
          node: { kind: 'IN_EXCHANGE_FOR', basis: 'STATED', citations: { nodes: [{ quote: 'In exchange' }] } },
        },
      ],
    },
  })
})

test('statusOn follows the actions day by day, and is unknown before the first', async () => {
  const { id, slug } = await aSanction()
  await anAction(id, { kind: 'IMPOSED', ...on('2020-02-01') })
  await anAction(id, { kind: 'SUSPENDED', ...span('date', '2021-03-01', '2021-03-31') })
  await anAction(id, { kind: 'LIFT_ANNOUNCED', ...on('2022-01-01') })
  const expected = await anEvent({ status: 'PROSPECTIVE' })
  await anAction(id, { kind: 'LIFTED', eventId: expected.id, ...on('2023-01-01') })
  const { sanction } = await read(
    `query ($slug: String!) { sanction(by: { slug: $slug }) {
      status
      before: statusOn(date: "2020-01-31")
      first: statusOn(date: "2020-02-01")
      eve: statusOn(date: "2021-02-28")
      within: statusOn(date: "2021-03-30")
      suspended: statusOn(date: "2021-03-31")
      announced: statusOn(date: "2022-06-01")
      ahead: statusOn(date: "2023-06-01")
    } }`,
    { slug },
  )
  expect(sanction).toEqual({
    status: 'SUSPENDED',
    before: 'UNKNOWN',
    first: 'IN_FORCE',
    eve: 'IN_FORCE',
    within: 'UNKNOWN',
    suspended: 'SUSPENDED',
    announced: 'SUSPENDED',
    ahead: 'SUSPENDED',
  })
})

test('the status of a sanction without actions and listings is unknown, on each day', async () => {
  const { slug } = await aSanction()
  const { sanction } = await read(
    'query ($slug: String!) { sanction(by: { slug: $slug }) { status statusOn(date: "2020-01-01") } }',
    { slug },
  )
  expect(sanction).toEqual({ status: 'UNKNOWN', statusOn: 'UNKNOWN' })
})

test('an authority has the sanctions that it imposes, the latest first', async () => {
  const authority = await country('AU')
  for (const [title, day] of [
    ['Old', '2001-01-01'],
    ['New', '2002-01-01'],
  ] as const) {
    const { id } = await aSanction({ title, authorityId: authority.id })
    await anAction(id, on(day))
  }
  await aSanction({ title: 'Undated', authorityId: authority.id })
  const data = await read('{ country(by: { code: "AU" }) { sanctionsImposed { totalCount nodes { title } } } }')
  const nodes = [{ title: 'New' }, { title: 'Old' }, { title: 'Undated' }]
  expect(data).toEqual({ country: { sanctionsImposed: { totalCount: 3, nodes } } })
})

describe("an actor's listings", () => {
  const day = (prefix: 'listed' | 'delisted', at: string) => span(prefix, at, at)
  let organization: string
  let withdrawnSanction: string

  beforeAll(async () => {
    const current = await aSanction({ title: 'Current', program: 'NOW' })
    const former = await aSanction({ title: 'Former', program: 'NOW' })
    const withdrawn = await aSanction({ title: 'Withdrawn', program: 'NOW', retractedAt: new Date() })
    const both = await anOrganization({ name: 'Both' })
    ;[organization, withdrawnSanction] = [both.slug, withdrawn.slug]
    const ended = { ...day('listed', '2019-01-01'), ...day('delisted', '2021-02-03') }
    const [first] = [
      await aTarget(former.id, both.id, { listingId: '1', ...ended }),
      await aTarget(withdrawn.id, both.id, { listingId: '2' }),
      await aTarget(current.id, both.id, { listingId: '3', ...day('listed', '2022-04-05') }),
    ]
    await anAction(former.id, { kind: 'LIFTED', targetId: first.id, ...on('2021-02-03') })
    const listings = {
      Listed: [{ on: current, more: {} }],
      Delisted: [{ on: current, more: ended }],
      Elsewhere: [
        { on: current, more: ended },
        { on: await aSanction({ program: 'OTHER' }), more: {} },
      ],
      Ending: [{ on: current, more: day('delisted', '2999-12-31') }],
      Mistaken: [{ on: withdrawn, more: {} }],
      Free: [],
    }
    for (const [name, entries] of Object.entries(listings)) {
      const person = await aPerson({ name, description: 'of the listings' })
      for (const { on: sanction, more } of entries) await aTarget(sanction.id, person.id, more)
    }
  })

  interface Listings {
    totalCount: number
    nodes: { listingId: string }[]
    edges: { cursor: string }[]
    pageInfo: object
  }

  async function listings(args: string, selection = 'totalCount nodes { listingId }') {
    const query = `query ($slug: String!) { organization(by: { slug: $slug }) { listings${args} { ${selection} } } }`
    const { organization: found } = await read<{ organization: { listings: Listings } }>(query, { slug: organization })
    return found.listings
  }

  /** Returns the people of these tests that match a condition. */
  async function named(where: string, variables?: object) {
    const declared = variables ? 'query ($v: Boolean) ' : ''
    const query = `${declared}{ people(orderBy: [{ field: NAME, direction: ASC }],
      where: { description: { eq: "of the listings" }, ${where} }) { nodes { name } } }`
    const { people: found } = await read<{ people: { nodes: { name: string }[] } }>(query, variables)
    return found.nodes.map(({ name }) => name)
  }

  test('have dates and their actions, without those of retracted sanctions', async () => {
    const selection = `totalCount nodes { listingId listed { edtf } delisted { edtf } sanction { title status }
      actor { name } actions { nodes { kind } } }`
    const { data, statements, path } = await ask(
      `query ($slug: String!) {
        actor(by: { slug: $slug }) { listings { ${selection} } sanctions { totalCount } }
      }`,
      { slug: organization },
    )
    const actor = { name: 'Both' }
    expect(data).toEqual({
      actor: {
        listings: {
          totalCount: 2,
          nodes: [
            {
              listingId: '1',
              listed: { edtf: '2019-01-01' },
              delisted: { edtf: '2021-02-03' },
              sanction: { title: 'Former', status: 'UNKNOWN' },
              actor,
              actions: { nodes: [{ kind: 'LIFTED' }] },
            },
            {
              listingId: '3',
              listed: { edtf: '2022-04-05' },
              delisted: null,
              sanction: { title: 'Current', status: 'IN_FORCE' },
              actor,
              actions: { nodes: [] },
            },
          ],
        },
        sanctions: { totalCount: 2 },
      },
    })
    expect([statements, path]).toEqual([1, 'prepared'])
  })

  test.each([
    ['{ isListed: true }', ['3']],
    ['{ isListed: false }', ['1']],
    ['{ isListed: null }', ['1', '3']],
    ['{ not: { isListed: true } }', ['1']],
    ['{ delisted: { overlaps: { from: "2021-01-01" } } }', ['1']],
    ['{ sanction: { title: { eq: "Withdrawn" } } }', []],
  ])('where %s: the listings %j', async (where, ids) => {
    const nodes = ids.map((listingId) => ({ listingId }))
    expect(await listings(`(where: ${where})`)).toEqual({ totalCount: ids.length, nodes })
  })

  test('are paged', async () => {
    const selection = 'totalCount edges { cursor node { listingId } } pageInfo { hasNextPage hasPreviousPage }'
    const first = await listings('(first: 1)', selection)
    const [edge] = first.edges
    expect(first).toMatchObject({
      totalCount: 2,
      edges: [{ node: { listingId: '1' } }],
      pageInfo: { hasNextPage: true, hasPreviousPage: false },
    })
    expect(await listings(`(first: 1, after: "${edge?.cursor}")`, selection)).toMatchObject({
      totalCount: 2,
      edges: [{ node: { listingId: '3' } }],
      pageInfo: { hasNextPage: false, hasPreviousPage: true },
    })
  })

  test.each([
    ['some: { isListed: true, sanction: { program: { eq: "NOW" } } }', ['Ending', 'Listed']],
    ['some: { isListed: false, sanction: { program: { eq: "NOW" } } }', ['Delisted', 'Elsewhere']],
    ['some: { isListed: true }', ['Elsewhere', 'Ending', 'Listed']],
    ['some: {}', ['Delisted', 'Elsewhere', 'Ending', 'Listed']],
    ['none: {}', ['Free', 'Mistaken']],
    ['none: { isListed: true }', ['Delisted', 'Free', 'Mistaken']],
    ['every: { isListed: false }', ['Delisted', 'Free', 'Mistaken']],
  ])('filter people: %s matches %j', async (asked, names) => {
    expect(await named(`listings: { ${asked} }`)).toEqual(names)
  })

  test('filter people by a variable, and a null is ignored', async () => {
    const where = 'listings: { some: { isListed: $v, sanction: { program: { eq: "NOW" } } } }'
    expect(await named(where, { v: true })).toEqual(['Ending', 'Listed'])
    expect(await named(where, { v: false })).toEqual(['Delisted', 'Elsewhere'])
    expect(await named(where, { v: null })).toEqual(['Delisted', 'Elsewhere', 'Ending', 'Listed'])
    expect(await named('sanctions: { some: { program: { eq: "NOW" } } }')).toEqual([
      'Delisted',
      'Elsewhere',
      'Ending',
      'Listed',
    ])
  })

  test("are still returned for a retracted sanction, by the sanction's own id", async () => {
    const query = 'query ($slug: String!) { sanction(by: { slug: $slug }) { targets { nodes { actor { name } } } } }'
    const nodes = [{ actor: { name: 'Both' } }, { actor: { name: 'Mistaken' } }]
    expect(await read(query, { slug: withdrawnSanction })).toEqual({ sanction: { targets: { nodes } } })
  })
})
