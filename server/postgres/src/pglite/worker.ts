import { parentPort, workerData } from 'node:worker_threads'
import { PGlite } from '@electric-sql/pglite'
import type { EngineReply, EngineRequest } from './messages.ts'

/**
 * The embedded database in a thread of its own, because it blocks its thread while it works. It speaks PostgreSQL's
 * wire protocol, one request at a time: what comes in is what pg would send over a socket.
 */
const port = parentPort!
const { folder } = workerData as { folder: string | null }
const database = await PGlite.create(folder === null ? {} : { dataDir: folder })
reply({ kind: 'ready' })

port.on('message', (request: EngineRequest) => {
  void answer(request).catch((error: unknown) => {
    reply({ kind: 'failed', problem: error instanceof Error ? error.message : String(error) })
  })
})

async function answer(request: EngineRequest): Promise<void> {
  if (request.kind === 'bytes') return reply({ kind: 'bytes', bytes: await exchange(request.bytes) })
  if (request.kind === 'session') {
    await newSession()
    return reply({ kind: 'ready' })
  }
  await database.close()
  port.close()
}

/** There is one session only: a new connection gets it as a server would hand it out. */
async function newSession(): Promise<void> {
  await database.exec('rollback')
  await database.exec('discard all')
}

async function exchange(bytes: Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = []
  // The chunks are views of the engine's memory and do not survive the call that hands them over.
  await database.execProtocolRawStream(bytes, { onRawData: (chunk) => void chunks.push(chunk.slice()) })
  const whole = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0))
  let offset = 0
  for (const chunk of chunks) {
    whole.set(chunk, offset)
    offset += chunk.length
  }
  return whole
}

function reply(message: EngineReply): void {
  port.postMessage(message, message.kind === 'bytes' ? [message.bytes.buffer] : [])
}
