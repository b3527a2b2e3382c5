import { readSync, writeSync } from 'node:fs'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { PGlite } from '@electric-sql/pglite'
import { type Frame, frame, frameReader } from './frames.ts'
import { endWith } from './lifeline.ts'
import { descriptors, type EngineReply, type EngineRequest, replyKinds, requestKinds } from './messages.ts'

/**
 * The program of the embedded database's process. It speaks PostgreSQL's wire protocol, one request at a time: what
 * comes in is what pg would send over a socket. It blocks while it waits and while it works.
 */
endWith(descriptors.lifeline)
// Whoever stops a whole group of processes stops the application, too: that one closes the database.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {})
const { PGlite: engine } = await import('@electric-sql/pglite')

let database: PGlite | undefined
const input = Buffer.alloc(64 * 1024)
const readFrames = frameReader(requestKinds)
for (;;) {
  const length = readSync(descriptors.channel, input)
  if (length === 0) end()
  for (const request of readFrames(input.subarray(0, length))) {
    try {
      await answer(request)
    } catch (error) {
      // SQL errors are answers. This is the engine itself, and nobody knows what it left half done.
      const problem = error instanceof Error ? error.message : String(error)
      reply('failed', [Buffer.from(problem)])
      end()
    }
  }
  // What Node and V8 put off until the event loop turns would otherwise wait for ever.
  await nextTurn()
}

async function answer({ kind, body }: Frame<EngineRequest>): Promise<void> {
  if (kind === 'open') {
    const dataDir = Buffer.from(body).toString()
    database = await engine.create(dataDir === '' ? {} : { dataDir })
    return reply('ready')
  }
  if (kind === 'bytes') return reply('bytes', await exchange(body))
  if (kind === 'session') {
    await newSession()
    return reply('ready')
  }
  await database!.close()
  end()
}

/** There is one session only: a new connection gets it as a server would hand it out. */
async function newSession(): Promise<void> {
  await database!.exec('rollback')
  await database!.exec('discard all')
}

async function exchange(bytes: Uint8Array): Promise<Uint8Array[]> {
  const chunks: Uint8Array[] = []
  // The chunks are views of the engine's memory and do not survive the call that hands them over.
  await database!.execProtocolRawStream(bytes, { onRawData: (chunk) => void chunks.push(chunk.slice()) })
  return chunks
}

function reply(kind: EngineReply['kind'], parts: readonly Uint8Array[] = []): void {
  const bytes = frame(replyKinds, kind, parts)
  for (let sent = 0; sent < bytes.length;) sent += writeSync(descriptors.channel, bytes, sent)
}

/** At once: everything is with the operating system, and taking WebAssembly apart is where V8 has its faults. */
function end(): void {
  process.kill(process.pid, 'SIGKILL')
}
