// A proxy between clients and a service, whose connections can be cut.
import { connect, createServer, type Socket } from 'node:net'

export interface CuttableProxy {
  url: string
  /** The number of connections that were cut. */
  cuts(): number
  /** Cuts all connections. */
  cut(): void
  /** Cuts all connections, and each new one until it is switched on again. */
  switchOff(): void
  switchOn(): void
  stop(): Promise<void>
}

export async function startCuttableProxy(target: string): Promise<CuttableProxy> {
  const { hostname, port, pathname } = new URL(target)
  const sockets = new Set<Socket>()
  let cuts = 0
  let isOff = false
  const server = createServer((client) => {
    if (isOff) return client.destroy()
    const service = connect(Number(port), hostname)
    sockets.add(client)
    for (const [from, to] of [
      [client, service],
      [service, client],
    ] as const) {
      from.pipe(to)
      from.on('error', () => {})
      from.on('close', () => {
        to.destroy()
        sockets.delete(client)
      })
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const cut = () => {
    cuts += sockets.size
    for (const socket of sockets) socket.resetAndDestroy()
  }
  const { port: own } = server.address() as { port: number }
  return {
    url: `http://127.0.0.1:${own}${pathname}`,
    cuts: () => cuts,
    cut,
    switchOff() {
      isOff = true
      cut()
    },
    switchOn() {
      isOff = false
    },
    async stop() {
      cut()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
