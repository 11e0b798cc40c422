import { connect, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

const DEADLINE_MS = 300_000

/** A subscriber that counts received items by consecutive positions of the log. */
export class Subscriber {
  /** The number of items that came in the order of their times. */
  inOrder = 0
  private last = ''
  private rest = ''
  private readonly socket: Socket

  private constructor(socket: Socket) {
    this.socket = socket
    socket.setEncoding('latin1').on('data', (text) => this.read(String(text)))
  }

  static open(port: number): Promise<Subscriber> {
    const body = JSON.stringify({ query: 'subscription { eventAdded { committedAt event { slug summary } } }' })
    return new Promise((resolve, reject) => {
      const socket = connect(port, '127.0.0.1').on('error', reject)
      socket.once('data', () => resolve(new Subscriber(socket)))
      socket.write(
        `POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\naccept: text/event-stream\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
      )
    })
  }

  pause(): void {
    this.socket.pause()
  }

  resume(): void {
    this.socket.resume()
  }

  async whole(count: number): Promise<void> {
    const deadline = performance.now() + DEADLINE_MS
    while (this.inOrder < count) {
      if (performance.now() > deadline) throw new Error(`Only ${this.inOrder} of ${count} came.`)
      await sleep(10)
    }
  }

  private read(text: string): void {
    this.rest += text
    for (let end = this.rest.indexOf('\n\n'); end >= 0; end = this.rest.indexOf('\n\n')) {
      const time = this.rest.slice(0, end).match(/"committedAt":"([^"]+)"/)?.[1]
      this.rest = this.rest.slice(end + 2)
      if (!time) continue
      if (time < this.last) throw new Error('It came out of order.')
      this.last = time
      this.inOrder++
    }
  }
}
