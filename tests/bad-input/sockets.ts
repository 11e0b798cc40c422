// WebSocket messages that are not permitted, each with the code that closes the connection.

export interface Said {
  what: string
  messages: readonly (string | Buffer)[]
  protocols?: readonly string[]
  code: number
}

const init = JSON.stringify({ type: 'connection_init' })
const query = 'subscription { eventAdded { cursor } }'
const subscribe = JSON.stringify({ id: '1', type: 'subscribe', payload: { query } })

/** The first message, and the messages after the service's answer. */
export const sockets: readonly Said[] = [
  { what: 'says nothing at first', messages: [], code: 4408 },
  { what: 'subscribes without having introduced itself', messages: [subscribe], code: 4401 },
  { what: 'sends what is no JSON', messages: [init, '{'], code: 4400 },
  { what: 'sends what is no message of the protocol', messages: [init, '{"type":"nonsense"}'], code: 4400 },
  {
    what: 'sends a payload that is a list',
    messages: [init, '{"id":"1","type":"subscribe","payload":[]}'],
    code: 4400,
  },
  { what: 'sends a batch of messages', messages: [init, `[${subscribe},${subscribe}]`], code: 4400 },
  { what: 'introduces itself twice', messages: [init, init], code: 4429 },
  { what: 'uses an id twice', messages: [init, subscribe, subscribe], code: 4409 },
  { what: 'does not say which protocol it speaks', messages: [], protocols: [], code: 4406 },
  { what: 'sends a frame over 100 kB', messages: [init, Buffer.alloc(100_001, 'x').toString()], code: 1009 },
  { what: 'sends text that is no UTF-8', messages: [init, Buffer.from([0x7b, 0xff, 0xfe])], code: 1007 },
]
