import type { FleetShare, Worker } from '@hotpath/core'

/** What one process asks the others of its fleet: the name of a question, and what it is about. */
export interface FleetQuestion {
  name: string
  about: unknown
}

/** From a worker to the process that began it. */
export type FleetMessage =
  | { type: 'fleet-hello' }
  | { type: 'fleet-ask'; id: number; question: FleetQuestion }
  | { type: 'fleet-answer'; id: number; answer: unknown }
  /** For the worker that leads when this one is gone. */
  | { type: 'fleet-keep'; kept: unknown }

/** From there to a worker. */
export type FleetOrder =
  | { type: 'fleet-question'; id: number; question: FleetQuestion }
  | { type: 'fleet-result'; id: number; answers: unknown[]; fleet: FleetShare }
  /** The number of the worker that leads, and what the one before kept; the latter for the one that leads alone. */
  | { type: 'fleet-lead'; lead: number; kept: unknown }

/** What the other workers answered, and which of them did. */
export interface FleetAnswers {
  answers: unknown[]
  fleet: FleetShare
}

/** The way to the other processes of one application on this host, by the process that began them all. */
export interface FleetLink {
  readonly worker: Worker
  /** Whether there may be others. */
  readonly isAlone: boolean
  /** Asks the others. Of a process that stands alone there are none. */
  ask(name: string, about?: unknown): Promise<FleetAnswers>
  /** What this process answers to questions of that name, from now on. */
  answer<About>(name: string, answer: (about: About) => unknown): void
  /** Whether this process does what one of all must do; one that stands alone does. */
  leads(): boolean
  /** Calls it when this process leads, with what the one before kept, or null. */
  onLead(begin: (kept: unknown) => void): void
  /** Keeps something for the one that leads after this process. */
  keep(kept: unknown): void
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

const nobody: FleetAnswers = { answers: [], fleet: { workers: 1, missing: [] } }

/** Opens it. With a null port nobody is asked. */
export function openFleetLink(port: FleetPort | null, worker: Worker): FleetLink {
  const answers = new Map<string, (about: never) => unknown>()
  const waiting = new Map<number, (answers: FleetAnswers) => void>()
  const beginners: ((kept: unknown) => void)[] = []
  let asked = 0
  /** Undefined until it is known who leads. */
  let lead: { number: number | null; kept: unknown } | undefined

  const send = (message: FleetMessage): boolean => {
    try {
      port!.send!(message)
      return true
    } catch {
      // The process that began this one is gone, and this one is about to follow.
      return false
    }
  }
  const leads = () => lead?.number === worker.number
  function follow(number: number | null, kept: unknown): void {
    const led = leads()
    lead = { number, kept }
    if (leads() && !led) for (const begin of beginners) begin(kept)
  }
  async function reply(id: number, { name, about }: FleetQuestion): Promise<void> {
    try {
      const answer = (await answers.get(name)?.(about as never)) ?? null
      send({ type: 'fleet-answer', id, answer })
    } catch {
      // It is left out, and said to be.
    }
  }
  const onMessage = (message: FleetOrder): void => {
    if (message.type === 'fleet-question') void reply(message.id, message.question)
    else if (message.type === 'fleet-result') waiting.get(message.id)?.(message)
    else if (message.type === 'fleet-lead') follow(message.lead, message.kept)
  }
  const canAsk = port?.send !== undefined && worker.number !== null
  // Whoever began this process and knows nothing of fleets says nothing: then the first of them leads.
  const silence = setTimeout(() => lead ?? follow(1, null), patienceMs).unref()

  port?.on('message', onMessage)
  if (canAsk) send({ type: 'fleet-hello' })
  else follow(port === null ? worker.number : 1, null)
  return {
    worker,
    isAlone: port === null,
    async ask(name, about = null) {
      if (!canAsk) return nobody
      const id = ++asked
      const { promise, resolve } = Promise.withResolvers<FleetAnswers>()
      waiting.set(id, resolve)
      const timer = setTimeout(() => resolve(nobody), patienceMs)
      if (!send({ type: 'fleet-ask', id, question: { name, about } })) resolve(nobody)
      const result = await promise
      clearTimeout(timer)
      waiting.delete(id)
      return result
    },
    answer: (name, answer) => void answers.set(name, answer),
    leads,
    onLead(begin) {
      beginners.push(begin)
      if (leads()) begin(lead!.kept)
    },
    keep(kept) {
      if (canAsk) send({ type: 'fleet-keep', kept })
    },
    close() {
      clearTimeout(silence)
      port?.off('message', onMessage)
    },
  }
}
