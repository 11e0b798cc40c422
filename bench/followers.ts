// The process of the subscribers: many plain connections that count the received items. On request it reports the time
// of the last one.
import { connect, type Socket } from 'node:net'

export interface Crowd {
  port: number
  size: number
  /** The bodies of the requests, used in turn. */
  bodies: string[]
}

export type Told = { open: true } | { last: string; got: number }

const sockets: Socket[] = []
let got = 0
let expected = 0

const tell = (told: Told) => process.send?.(told)

process.on('message', (asked: Crowd | { expect: number }) => {
  if ('expect' in asked) {
    got = 0
    expected = asked.expect
  } else void open(asked)
})
process.on('disconnect', () => process.exit())

async function open({ port, size, bodies }: Crowd): Promise<void> {
  for (let made = 0; made < size; ) {
    // Opens connections in batches, because the backlog of a listening socket is short.
    const batch = Array.from({ length: Math.min(200, size - made) }, (_, i) =>
      follow(port, bodies[(made + i) % bodies.length] ?? ''),
    )
    await Promise.all(batch)
    made += batch.length
  }
  tell({ open: true })
}

function follow(port: number, body: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1')
    sockets.push(socket)
    socket.setEncoding('latin1').on('error', reject)
    socket.once('data', (text) =>
      String(text).startsWith('HTTP/1.1 200') ? resolve() : reject(new Error(`It was refused: ${text}`)),
    )
    socket.on('data', (text) => {
      // Frames are short, and the first part of a split frame contains the event's name.
      if (!String(text).includes('event: next')) return
      if (++got === expected) tell({ last: String(process.hrtime.bigint()), got })
    })
    socket.write(
      `POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\naccept: text/event-stream\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
    )
  })
}
