import type { FleetShare } from '@hotpath/core'

/** What one process asks the others of its fleet: the name of a question, and what it is about. */
export interface FleetQuestion {
  name: string
  about: unknown
}

/** From a worker to the process that began it. */
export type FleetMessage =
  | { type: 'fleet-ask'; id: number; question: FleetQuestion }
  | { type: 'fleet-answer'; id: number; answer: unknown }

/** From there to a worker. */
export type FleetOrder =
  | { type: 'fleet-question'; id: number; question: FleetQuestion }
  | { type: 'fleet-result'; id: number; answers: unknown[]; fleet: FleetShare }

/** What the other workers answered, and which of them did. */
export interface FleetAnswers {
  answers: unknown[]
  fleet: FleetShare
}

/** The way to the other processes of one application on this host, by the process that began them all. */
export interface FleetLink {
  /** Null for a process that stands alone. */
  ask(question: FleetQuestion): Promise<FleetAnswers | null>
  close(): void
}

/** The process at the other end of the channel; `process` itself is one. */
export interface FleetPort {
  send?: ((message: FleetMessage) => unknown) | undefined
  on(event: 'message', listener: (message: FleetOrder) => void): unknown
  off(event: 'message', listener: (message: FleetOrder) => void): unknown
}

/** The process in between gives up after a second; one that knows nothing of fleets never answers. Milliseconds. */
const patienceMs = 1_500

/** Opens it; `answer` is asked what others want to know. With a null port nobody is asked. */
export function openFleetLink(
  port: FleetPort | null,
  answer: (question: FleetQuestion) => unknown,
): FleetLink {
  const waiting = new Map<number, (answers: FleetAnswers | null) => void>()
  let asked = 0

  async function reply(id: number, question: FleetQuestion): Promise<void> {
    try {
      port?.send?.({ type: 'fleet-answer', id, answer: await answer(question) })
    } catch {
      // It is left out, and said to be.
    }
  }
  const onMessage = (message: FleetOrder): void => {
    if (message.type === 'fleet-question') void reply(message.id, message.question)
    else if (message.type === 'fleet-result') waiting.get(message.id)?.(message)
  }

  port?.on('message', onMessage)
  return {
    async ask(question) {
      if (!port?.send) return null
      const id = ++asked
      const { promise, resolve } = Promise.withResolvers<FleetAnswers | null>()
      waiting.set(id, resolve)
      const timer = setTimeout(() => resolve(null), patienceMs)
      try {
        port.send({ type: 'fleet-ask', id, question })
        return await promise
      } catch {
        return null
      } finally {
        clearTimeout(timer)
        waiting.delete(id)
      }
    },
    close: () => void port?.off('message', onMessage),
  }
}
