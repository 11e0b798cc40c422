// Edits the records of a running service through its API, so that the dump of its database contains edits of all kinds.
// It runs against the release that is dumped, so it uses nothing of this one: node edit.js <url> <key>
const [, , url, key] = process.argv

async function ask(query, variables) {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
    body: JSON.stringify({ query, variables }),
  })
  const { data, errors } = await response.json()
  if (errors) throw new Error(JSON.stringify(errors))
  return data
}

async function done(mutation, input, select) {
  const type = mutation.charAt(0).toUpperCase() + mutation.slice(1)
  const query = `mutation ($input: ${type}Input!, $key: String) {
    ${mutation}(input: $input, idempotencyKey: $key) { ... on ${type}Success { feedCursor ${select} } ... on ValidationError { message } }
  }`
  const { [mutation]: result } = await ask(query, { input, key: `${mutation} ${JSON.stringify(input).length}` })
  if (!result.feedCursor) throw new Error(`${mutation}: ${JSON.stringify(result)}`)
  return result
}

const day = (text) => ({ earliest: text, latest: text, precision: 'DAY', basis: 'STATED' })
// Releases with a field `origin` select only edited events, unless a condition says otherwise.
const { conditions } = await ask('{ conditions: __type(name: "EventWhere") { inputFields { name } } }')
const coded = conditions.inputFields.some(({ name }) => name === 'origin') ? ', origin: { eq: MACHINE_CODED }' : ''
const { person, events, sanction } = await ask(`{
  person(by: { slug: "ofac-sdn-9760" }) { id }
  events(first: 2, where: { slug: { startsWith: "gdelt-" }${coded} }) { nodes { id } }
  sanction(by: { slug: "ofac-sdn-belarus" }) { id }
}`)
const [first, second] = events.nodes

const { source, feedCursor } = await done('sourceCreate', { kind: 'STATEMENT', title: 'A statement' }, 'source { id }')
const passage = { source: source.id, quote: 'a quote', basis: 'STATED' }
const made = await done(
  'personCreate',
  { name: 'Upgrade Person', birth: day('1954-08-30'), gender: 'MALE', citations: [passage] },
  'person { id }',
)
await done('personUpdate', { id: made.person.id, description: 'A description' }, 'person { id }')
await done('personUpdate', { id: person.id, description: 'Edited' }, 'person { id }')
await done('actorMerge', { id: made.person.id, into: person.id }, 'actor { id }')
const created = await done(
  'eventCreate',
  {
    title: 'Upgrade Event',
    type: 'MEETING',
    status: 'OCCURRED',
    certainty: 'ASSERTED',
    date: day('2021-01-01'),
    participants: [{ actor: person.id, role: 'PARTY' }],
    links: [{ kind: 'CAUSED', to: second.id, basis: 'INFERRED' }],
    citations: [passage],
  },
  'event { id }',
)
await done('eventUpdate', { id: created.event.id, summary: 'A summary' }, 'event { id }')
await done('eventMerge', { id: first.id, into: created.event.id }, 'event { id }')
await done('eventRetract', { id: second.id }, 'event { id }')
await done('sanctionUpdate', { id: sanction.id, statedReason: 'A reason' }, 'sanction { id }')
// The cursor of a client that has read the log up to the first edit.
console.log(feedCursor)
