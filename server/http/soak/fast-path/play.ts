import { connect, type Socket } from 'node:net'
import { type History, ownName, type StateStep } from './history.ts'
import type { Subject } from './subject.ts'

/** What became of a connection. */
export interface Outcome {
  /**
   * What the client got in each step, and after it ended its own side; one character for each byte. Steps during which it
   * does not read are left out: the kernel decides how far the server gets meanwhile.
   */
  readonly received: readonly string[]
  /** How the server's side of the connection was after each of these steps, and at the end. */
  readonly fates: readonly Fate[]
}

/** `half-closed`: the server has said that it sends no more. `stuck`: nothing happened any more, and it did not read on. */
export type Fate = 'open' | 'half-closed' | 'closed' | 'stuck'

/** Turns of the event loop in which nothing happens before a connection counts as quiet. */
const quietTurns = 4
/** Turns without progress after which a connection counts as stuck. */
const patience = 1_500
/** The same for one that was stuck before. */
const littlePatience = 300

/** Plays a history against a server; `id` stands in it for `ownName`, and is as long. */
export async function play(history: History, subject: Subject, id: string): Promise<Outcome> {
  const client = await open(subject)
  const received: string[] = []
  const fates: Fate[] = []
  async function look(): Promise<void> {
    const fate = await client.settled()
    if (client.isLate()) return
    fates.push(fate)
    received.push(client.taken())
  }
  for (const [index, step] of history.steps.entries()) {
    if (step.kind === 'stop-reading') client.stopReading()
    else if (step.kind === 'read-on') {
      client.readOn()
      await look()
    } else if (step.kind === 'send') {
      const endsNow = history.fin === 'at-once' && index === history.steps.length - 1
      const bytes = Buffer.from(step.text.replaceAll(ownName, id), 'latin1')
      await client.send(bytes, { cuts: step.cuts, pauses: step.pauses ?? [], endsNow })
      await look()
    } else await subject.act(ownOf(step, id))
  }
  if (client.isLate()) {
    client.readOn()
    await look()
  }
  client.end()
  await look()
  client.destroy()
  return { received, fates }
}

const ownOf = (step: StateStep, id: string): StateStep => {
  if (step.kind === 'purge') return { ...step, pattern: step.pattern.replaceAll(ownName, id) }
  return step.kind === 'invalidate' ? { ...step, tag: step.tag.replaceAll(ownName, id) } : step
}

interface Sending {
  readonly cuts: readonly number[]
  readonly pauses: readonly number[]
  readonly endsNow: boolean
}

interface Client {
  send(bytes: Buffer, how: Sending): Promise<void>
  stopReading(): void
  readOn(): void
  /** Whether it does not read. */
  isLate(): boolean
  /**
   * Resolves once the server has read everything, owes nothing, and all it wrote has come; while the client does not read,
   * once the server waits for it, too.
   */
  settled(): Promise<Fate>
  /** What came since it was asked last. */
  taken(): string
  end(): void
  destroy(): void
}

async function open(subject: Subject): Promise<Client> {
  const socket = await connected(subject.port)
  let parts: Buffer[] = []
  let [sent, got] = [0, 0]
  let hasEnded = false
  let [isOver, isLate] = [false, false]
  let left = patience
  socket.on('data', (part: Buffer) => {
    got += part.length
    parts.push(part)
  })
  const over = () => (isOver = true)
  socket.once('end', over).once('close', over).on('error', over)
  const server = await acceptedBy(subject, socket)

  // What it does not want to read while answers wait, it has not to.
  const hasRead = () => server.destroyed || server.isPaused() || server.bytesRead >= sent
  /** Whether it was paused. One that would read all the same gets nothing until it reads on, unless the client does not. */
  async function awaitPause(): Promise<boolean> {
    if (isLate || !subject.readsInPauses || server.destroyed || !server.isPaused()) return false
    subject.application.goOn(server)
    await waitFor(() => server.destroyed || !server.isPaused(), 1)
    return true
  }
  const isQuiet = () => {
    if (server.destroyed) return isOver || isLate
    if (isLate) return hasRead() && (server.writableLength > 0 || subject.application.pending(server) === 0)
    return server.bytesRead >= sent && subject.application.pending(server) === 0 && got >= server.bytesWritten
  }
  const progress = () => server.bytesRead + got
  const waitFor = (condition: () => boolean, turns: number) =>
    until(condition, { turns, progress, patience: left })
  async function answered(): Promise<void> {
    subject.application.goOn(server)
    await waitFor(isQuiet, quietTurns)
    subject.application.hold(server)
  }
  function fate(): Fate {
    if (server.destroyed) return 'closed'
    return server.writableEnded ? 'half-closed' : 'open'
  }
  function end(): void {
    if (!hasEnded) socket.end()
    hasEnded = true
  }
  return {
    async send(bytes, { cuts, pauses, endsNow }) {
      let from = 0
      // Otherwise the pace of this process would decide what is still unfinished when the next piece comes.
      subject.application.hold(server)
      for (const cut of [...cuts, bytes.length]) {
        if (server.destroyed || cut <= from) continue
        // All that others leave unread during a pause comes behind it, in one piece.
        const to = (await awaitPause()) ? bytes.length : cut
        sent += to - from
        socket.write(bytes.subarray(from, to))
        from = to
        if (pauses.includes(to)) await answered()
        else if (to < bytes.length) await waitFor(hasRead, 2)
      }
      await waitFor(hasRead, 1)
      subject.application.goOn(server)
      await awaitPause()
      if (endsNow) end()
    },
    stopReading() {
      isLate = true
      socket.pause()
    },
    readOn() {
      isLate = false
      socket.resume()
    },
    isLate: () => isLate,
    async settled() {
      const ended = () => isQuiet() && (!hasEnded || isLate || server.destroyed || server.readableEnded)
      if (await waitFor(ended, quietTurns)) return fate()
      left = littlePatience
      return 'stuck'
    },
    taken() {
      const text = Buffer.concat(parts).toString('latin1')
      parts = []
      return text
    },
    end,
    destroy: () => socket.resetAndDestroy(),
  }
}

/** Waits until a condition has held for some turns of the event loop; false when nothing goes on any more. */
async function until(
  condition: () => boolean,
  { turns, progress, patience }: { turns: number; progress: () => number; patience: number },
): Promise<boolean> {
  let held = 0
  let before = progress()
  for (let idle = 0; idle < patience; idle++) {
    await turn()
    held = condition() ? held + 1 : 0
    if (held >= turns) return true
    const now = progress()
    if (now !== before) idle = 0
    before = now
    // Only timers can help now.
    if (idle > 200) await new Promise((resolve) => setTimeout(resolve, 1))
  }
  return false
}

const turn = () => new Promise((resolve) => setImmediate(resolve))

let nextAddress = 0

/** From a different address each time: ports of closed connections stay taken for a minute. */
function connected(port: number): Promise<Socket> {
  nextAddress = (nextAddress + 1) % (250 * 250)
  const localAddress = `127.0.${2 + Math.floor(nextAddress / 250)}.${1 + (nextAddress % 250)}`
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port, localAddress, allowHalfOpen: true, noDelay: true })
    socket.once('connect', () => resolve(socket.off('error', reject))).once('error', reject)
  })
}

async function acceptedBy(subject: Subject, client: Socket): Promise<Socket> {
  for (;;) {
    const server = subject.socketOf(client)
    if (server) return server
    await turn()
  }
}
