import { once } from 'node:events'
import { WebSocket } from 'ws'
import { errors } from '../errors.ts'
import { agentPath, epochNow, type FromAgent, largestMessage, type ToAgent } from './agent-protocol.ts'
import type { ChannelEvents, ClockOffset, OpenChannel } from './channel.ts'

const connectTimeoutMs = 5000
const clockQuestions = 16

/**
 * A generator that an agent lends.
 * @throws HP_LOAD_AGENT when it cannot be reached or refuses
 */
export function agentChannel(address: string, token: string): OpenChannel {
  return async (events) => {
    const socket = dial(address, token)
    const clock = createClock((message) => socket.send(JSON.stringify(message)))
    // Before the connection is open: the first message may come with the answer that opens it.
    listen(socket, events, clock)
    await opened(socket, address)
    const offset = await clock.ask().catch((error: Error) => {
      socket.terminate()
      throw unusable(address, error.message)
    })
    return {
      name: `agent ${address}`,
      clock: offset,
      send(message) {
        const sent = message.type === 'start' ? { ...message, at: message.at + offset.offsetMs } : message
        if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(sent))
      },
      async close() {
        if (socket.readyState === WebSocket.CLOSED) return
        const closed = once(socket, 'close')
        socket.terminate()
        await closed
      },
    }
  }
}

const unusable = (address: string, problem: string) => errors.HP_LOAD_AGENT({ address, problem })

function dial(address: string, token: string): WebSocket {
  if (!/^(?:[\w.-]+|\[[\da-f:.]+\]):\d{1,5}$/i.test(address)) {
    throw unusable(address, 'it is not written as host:port')
  }
  return new WebSocket(`ws://${address}${agentPath}`, {
    headers: { authorization: `Bearer ${token}` },
    handshakeTimeout: connectTimeoutMs,
    maxPayload: largestMessage,
    perMessageDeflate: false,
  })
}

function opened(socket: WebSocket, address: string): Promise<void> {
  const fail = (problem: string) => unusable(address, problem)
  return new Promise((resolve, reject) => {
    socket.once('open', resolve)
    socket.once('error', (error) => reject(fail(error.message)))
    socket.once('unexpected-response', (_request, response) => {
      socket.terminate()
      reject(fail(refusals[response.statusCode ?? 0] ?? `it answered ${response.statusCode}`))
    })
  })
}

const refusals: Record<number, string> = {
  401: 'it knows another token',
  404: 'what listens there is no agent',
  503: 'all its generators are taken',
}

function listen(socket: WebSocket, { onMessage, onEnd }: ChannelEvents, clock: AgentClock): void {
  const end = (problem: string) => {
    clock.lost(problem)
    onEnd(problem)
  }
  socket.on('message', (data) => {
    const message = readMessage((data as Buffer).toString())
    if (message === null) socket.close(1007)
    else if (message.type === 'clock') clock.answered(message.now)
    else if (message.type === 'ended') end(message.problem)
    else onMessage(message)
  })
  socket.on('error', (error) => end(error.message))
  socket.on('close', () => end('the connection to it was closed'))
}

function readMessage(text: string): FromAgent | null {
  try {
    return JSON.parse(text) as FromAgent | null
  } catch {
    return null
  }
}

/** The other host's clock, as far as messages show it. */
interface AgentClock {
  answered(now: number): void
  lost(problem: string): void
  /** @throws Error when the connection is lost meanwhile */
  ask(): Promise<ClockOffset>
}

/**
 * Asks for the other clock several times. Of the answer with the shortest round trip the offset is known to half of
 * that round trip, whatever the two ways took (Cristian 1989).
 */
function createClock(send: (message: ToAgent) => void): AgentClock {
  let answer = Promise.withResolvers<number>()
  return {
    answered: (now) => answer.resolve(now),
    lost(problem) {
      // Nobody may be waiting: that is no error of its own.
      answer.promise.catch(() => {})
      answer.reject(new Error(problem))
    },
    async ask() {
      let best: ClockOffset = { offsetMs: 0, uncertaintyMs: Infinity }
      for (let question = 0; question < clockQuestions; question++) {
        answer = Promise.withResolvers()
        const sentAt = epochNow()
        send({ type: 'clock' })
        const theirs = await answer.promise
        const roundTripMs = epochNow() - sentAt
        if (roundTripMs / 2 < best.uncertaintyMs) {
          best = { offsetMs: theirs - sentAt - roundTripMs / 2, uncertaintyMs: roundTripMs / 2 }
        }
      }
      return best
    },
  }
}
