// The lower limit of the cost: keeps all connections, and sends what is posted to /publish to all of them as the same
// bytes. It has neither GraphQL nor a database.
import { createServer, type Socket } from 'node:net'

const head = 'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n'
const answer = (body: string) =>
  `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\nconnection: close\r\n\r\n${body}`

const sockets = new Set<Socket>()

createServer((socket) => {
  socket.on('error', () => {}).on('close', () => sockets.delete(socket))
  socket.once('data', (request) => {
    const text = String(request)
    if (text.startsWith('POST /publish')) {
      const frame = Buffer.from(`event: next\ndata: ${'x'.repeat(300)}\n\n`)
      for (const each of sockets) each.write(frame)
      socket.end(answer('{}'))
    } else if (text.includes('text/event-stream')) {
      sockets.add(socket)
      socket.write(head)
    } else socket.end(answer('{"data":{"__typename":"Query"}}'))
  })
}).listen(Number(process.env.PORT), '127.0.0.1')
