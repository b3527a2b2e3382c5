import type { FleetMessage, FleetOrder } from '@hotpath/app'
import type { FromWorker } from './messages.ts'

/** A worker as far as it is spoken to. */
export interface Relayed {
  readonly number: number
  /** Throws, or does nothing, where it is gone. */
  send(order: FleetOrder): void
}

/** Carries what workers ask each other. */
export interface Relay {
  /** Whether it was such a message. `workers` are those that are up. */
  receive(from: Relayed, message: FromWorker | FleetMessage, workers: readonly Relayed[]): boolean
}

/** Who has not answered by then is left out, and said to be. Milliseconds. */
const patienceMs = 1_000

interface Question {
  readonly waitsFor: Set<number>
  readonly answers: unknown[]
  end(): void
}

/** Makes one. */
export function createRelay({ patience = patienceMs }: { patience?: number } = {}): Relay {
  const open = new Map<number, Question>()
  let asked = 0

  function ask(
    from: Relayed,
    { id, question }: FleetMessage & { type: 'fleet-ask' },
    all: readonly Relayed[],
  ): void {
    const others = all.filter(({ number }) => number !== from.number)
    const own = ++asked
    const waitsFor = new Set(others.map(({ number }) => number))
    const answers: unknown[] = []
    const end = (): void => {
      clearTimeout(timer)
      open.delete(own)
      const fleet = { workers: all.length, missing: [...waitsFor].sort((a, b) => a - b) }
      tell(from, { type: 'fleet-result', id, answers, fleet })
    }
    const timer = setTimeout(end, patience)
    open.set(own, { waitsFor, answers, end })
    for (const other of others) tell(other, { type: 'fleet-question', id: own, question })
    if (others.length === 0) end()
  }

  function take({ number }: Relayed, { id, answer }: FleetMessage & { type: 'fleet-answer' }): void {
    const question = open.get(id)
    if (!question?.waitsFor.delete(number)) return
    question.answers.push(answer)
    if (question.waitsFor.size === 0) question.end()
  }

  return {
    receive(from, message, workers) {
      if (message.type === 'fleet-ask') ask(from, message, workers)
      else if (message.type === 'fleet-answer') take(from, message)
      else return false
      return true
    },
  }
}

function tell(worker: Relayed, order: FleetOrder): void {
  try {
    worker.send(order)
  } catch {
    // It ended meanwhile; whoever waits for it learns that in time.
  }
}
