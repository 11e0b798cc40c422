/** The initial tabs of GraphiQL. Each is named after its operation. All return data of the seed. */
export const examples: readonly { title: string; query: string }[] = [
  {
    title: 'Timeline',
    query: `# Events in 2025, the latest first.
# A date is as precise as its source: label is for people,
# edtf for machines, text is the wording of the source.
query Timeline {
  events(
    first: 20
    where: { date: { overlaps: { from: "2025-01-01", to: "2025-12-31" } } }
  ) {
    totalCount
    nodes {
      title
      type
      status
      certainty
      date { label edtf text basis }
      countries { nodes { name flag } }
      participants {
        nodes {
          role
          actor { name }
          onBehalfOf { name }
          count
        }
      }
    }
    pageInfo { hasNextPage endCursor }
  }
}
`,
  },
  {
    title: 'Who is who',
    query: `# Who is who in the December release,
# and what is it in exchange for?
query WhoIsWho {
  event(by: { slug: "prisoner-release-december-2025" }) {
    title
    date { label }
    participants {
      nodes {
        role
        count
        actor {
          __typename
          name
          description
          relationships {
            edges {
              direction
              other { name }
              node { kind title }
            }
          }
          ... on Person {
            detentions {
              nodes {
                authority { name }
                end { label }
                endedBy { title }
                outcome
              }
            }
          }
        }
        onBehalfOf { name }
      }
    }
    links {
      edges {
        direction
        other { title status }
        node {
          kind
          citations { nodes { quote } }
        }
      }
    }
  }
}
`,
  },
  {
    title: 'Sanctions in force',
    query: `# Sanctions in force, with what was announced about them.
# An announcement changes no status.
query SanctionsInForce {
  sanctions(where: { status: { eq: IN_FORCE } }) {
    totalCount
    nodes {
      title
      sector
      status
      statusOn(date: "2020-06-01")
      authority { name }
      targets { nodes { actor { name } } }
      actions {
        nodes {
          kind
          date { label }
          certainty
          event { title status }
          citations {
            nodes { quote source { kind publishedOn { label } } }
          }
        }
      }
      partOf { title }
      reasonEvents {
        nodes { title date { label } }
      }
    }
  }
}
`,
  },
  {
    title: 'Around Belarus',
    query: `# A country with everything around it.
query AroundBelarus {
  country(by: { code: "BY" }) {
    name
    inBelarusian: name(lang: "be")
    flag
    region
    relationships {
      edges {
        direction
        other { name }
        node { kind title }
      }
    }
    sanctions { nodes { title status } }
    events(first: 5) {
      totalCount
      nodes {
        date { label }
        title
        links(where: { kind: { in: [IN_EXCHANGE_FOR, ANNOUNCES, PART_OF] } }) {
          edges {
            direction
            other { title }
            node { kind }
          }
        }
      }
    }
  }
}
`,
  },
  {
    title: 'Follow live',
    query: `# Run it and create an event: it is delivered at once.
# With a cursor as "after", missed events are delivered first.
subscription FollowLive {
  eventAdded {
    cursor
    committedAt
    event {
      title
      type
      date { label }
      countries { nodes { name flag } }
    }
  }
}
`,
  },
]
