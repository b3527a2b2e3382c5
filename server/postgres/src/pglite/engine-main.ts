import { readSync, writeSync } from 'node:fs'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { PGlite } from '@electric-sql/pglite'
import { type Frame, frame, frameBuilder, frameReader } from './frames.ts'
import { endWith } from './lifeline.ts'
import { descriptors, type EngineRequest, replyKinds, requestKinds } from './messages.ts'

/**
 * The program of the embedded database's process. It speaks PostgreSQL's wire protocol, one request at a time: what
 * comes in is what pg would send over a socket. It blocks while it waits and while it works.
 */
endWith(descriptors.lifeline)
// Ctrl-C and whoever stops a service tell all of its processes: the application, which hears it too, closes the database.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {})
const { PGlite: engine } = await import('@electric-sql/pglite')

let database: PGlite | undefined
const input = Buffer.alloc(64 * 1024)
const output = frameBuilder(replyKinds, 256 * 1024)
/** What Node and V8 put off until the event loop turns would otherwise wait for ever; at each request it would cost. */
const readsPerTurn = 100
const readFrames = frameReader(requestKinds)
for (let reads = 1; ; reads++) {
  const length = readSync(descriptors.channel, input)
  if (length === 0) end()
  for (const request of readFrames(input.subarray(0, length))) {
    try {
      await answer(request)
    } catch (error) {
      // SQL errors are answers. This is the engine itself, and nobody knows what it left half done.
      const problem = error instanceof Error ? error.message : String(error)
      send(frame(replyKinds, 'failed', [Buffer.from(problem)]))
      end()
    }
  }
  if (reads % readsPerTurn === 0) await nextTurn()
}

async function answer({ kind, body }: Frame<EngineRequest>): Promise<void> {
  if (kind === 'open') {
    const dataDir = Buffer.from(body).toString()
    database = await engine.create(dataDir === '' ? {} : { dataDir })
    return send(frame(replyKinds, 'ready'))
  }
  if (kind === 'bytes') {
    // Copied at once: the chunks are views of the engine's memory and do not survive the call that hands them over.
    await database!.execProtocolRawStream(body, { onRawData: output.add })
    return send(output.finish('bytes'))
  }
  if (kind === 'session') {
    await newSession()
    return send(frame(replyKinds, 'ready'))
  }
  await database!.close()
  end()
}

/** There is one session only: a new connection gets it as a server would hand it out. */
async function newSession(): Promise<void> {
  await database!.exec('rollback')
  await database!.exec('discard all')
}

function send(bytes: Uint8Array): void {
  for (let sent = 0; sent < bytes.length;) sent += writeSync(descriptors.channel, bytes, sent)
}

/** At once: everything is with the operating system, and taking WebAssembly apart is where V8 has its faults. */
function end(): void {
  process.kill(process.pid, 'SIGKILL')
}
