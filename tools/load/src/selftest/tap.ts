import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { parentPort, workerData } from 'node:worker_threads'
import { createFaultLog } from './fault-report.ts'

/**
 * Stands in a thread of its own before a server whose event loop blocks, passes every byte on, and notes when a
 * request arrived and when the last byte of its answer left: what a blocked server cannot know itself. Clients must
 * not pipeline.
 */
const { port: target } = workerData as { port: number }
const log = createFaultLog()
const exchanges = new Set<{ settle(): void }>()

const server = createServer({ noDelay: true }, (client) => {
  const origin = connect({ port: target, host: '127.0.0.1', noDelay: true })
  const exchange = watch(client, origin)
  exchanges.add(exchange)
  client.pipe(origin)
  origin.pipe(client)
  for (const socket of [client, origin]) {
    socket.on('error', () => {})
    socket.on('close', () => {
      exchange.settle()
      exchanges.delete(exchange)
      client.destroy()
      origin.destroy()
    })
  }
})

/** One connection: a request is over when the next one begins, or when nothing more can come. */
function watch(client: Socket, origin: Socket): { settle(): void } {
  let arrivedAt = Number.NaN
  let lastByteAt = Number.NaN
  function settle(): void {
    if (Number.isNaN(lastByteAt)) return
    log.answered(arrivedAt, lastByteAt)
    arrivedAt = Number.NaN
    lastByteAt = Number.NaN
  }
  client.on('data', () => {
    settle()
    if (Number.isNaN(arrivedAt)) arrivedAt = performance.now()
  })
  origin.on('data', () => {
    lastByteAt = performance.now()
  })
  return { settle }
}

parentPort!.on('message', () => {
  for (const exchange of exchanges) exchange.settle()
  parentPort!.postMessage(log.take(), [])
})
server.listen(0, '127.0.0.1', () => {
  parentPort!.postMessage({ port: (server.address() as AddressInfo).port }, [])
})
