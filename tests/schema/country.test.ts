import { expect, test } from 'vitest'
import { ask, read } from '../client.ts'

const around = `query {
  country(by: { code: "BY" }) {
    __typename
    name
    iso3
    flag
    relationships { edges { other { __typename name } node { kind title } } }
    events(first: 20) {
      totalCount
      nodes {
        ...Facts
        location { name }
        participants(first: 5) {
          nodes {
            role
            count
            countKind
            note
            onBehalfOf { name }
            actor {
              __typename
              name
              ... on Person {
                detentions(first: 5) { nodes {
                  authority { name }
                  start { edtf }
                  end { edtf }
                  startedBy { title }
                  endedBy { title }
                  certainty
                  outcome
                  citations { nodes { quote } }
                } }
                relationships { edges { other { name } node { kind title } } }
              }
            }
          }
        }
        links { edges { other { title } node { kind basis citations { nodes { quote basis } } } } }
        citations { nodes { ...Cited } }
        sanctionActions { nodes { kind sanction { slug } } }
      }
    }
    sanctions {
      nodes {
        title
        sector
        measures
        status
        sanctionedBy: authority { name }
        partOf { title }
        parts { nodes { title } }
        reasonEvents { nodes { title date { label } } }
        targets { nodes { actor { name } listed { label } } }
        events { nodes { title } }
        actions { nodes {
          kind
          certainty
          date { ...Dated }
          event { title status }
          citations { nodes { ...Cited } }
        } }
        citations { nodes { ...Cited } }
      }
    }
  }
}
fragment Dated on FuzzyDate { earliest latest precision text basis edtf label }
fragment Facts on Event { title type status certainty cameoCode goldstein date { ...Dated } }
fragment Cited on Citation { quote start end basis source { kind language publishedOn { label } } }`

test("one statement answers a query for all of the article's facts around Belarus", async () => {
  const { data, errors, statements } = await ask(around)
  expect(errors).toBeUndefined()
  await expect(`${JSON.stringify(data, null, 2)}\n`).toMatchFileSnapshot('country.around.json')
  expect(statements).toBe(1)
})

test('a code has two letters or three, in upper or lower case', async () => {
  const data = await read('{ a: country(by: { code: "BY" }) { name } b: country(by: { code: "blr" }) { name } }')
  expect(data).toEqual({ a: { name: 'Belarus' }, b: { name: 'Belarus' } })
})

test("a country's timeline contains the releases, the call and the meetings, whose participant is its president", async () => {
  interface Timeline {
    country: { events: { nodes: { title: string; type: string }[] } }
  }
  const { country } = await read<Timeline>(
    '{ country(by: { code: "BY" }) { events(first: 100) { nodes { title type } } } }',
  )
  const types = country.events.nodes.map(({ type }) => type)
  const count = (type: string) => types.filter((each) => each === type).length
  expect([count('PRISONER_RELEASE'), count('PHONE_CALL'), count('MEETING')]).toEqual([3, 1, 2])
})
