import { expect, test } from 'vitest'
import { read } from '../client.ts'

test('Statkevich was detained twice, and the second detention is open and only reported', async () => {
  const { person } = await read(`{ person(by: { slug: "mikola-statkevich" }) { detentions { nodes {
    start { edtf label } end { edtf label } startedBy { slug } endedBy { slug } certainty outcome
  } } } }`)
  expect(person).toEqual({
    detentions: {
      nodes: [
        {
          start: null,
          end: { edtf: '2025-09?', label: 'September 2025' },
          startedBy: null,
          endedBy: { slug: 'prisoner-release-september-2025' },
          certainty: 'ASSERTED',
          outcome: 'RELEASED',
        },
        {
          start: { edtf: '2025-09?', label: 'September 2025' },
          end: null,
          startedBy: { slug: 'statkevich-returned-to-prison' },
          endedBy: null,
          certainty: 'REPORTED',
          outcome: null,
        },
      ],
    },
  })
})
