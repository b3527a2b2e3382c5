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
  /** It is gone, and all that it said has been heard. Where it led, the first of those that are left does. */
  left(worker: Relayed): void
  close(): void
}

/** Who has not answered by then is left out, and said to be. Milliseconds. */
const patienceMs = 1_000

/** How often the one that leads is asked whether it is there, in milliseconds, and how many answers it may owe. */
const probeEveryMs = 5_000
const mostOwed = 3
/** The questions of workers are counted from 1. */
const probeId = 0

interface Question {
  readonly waitsFor: Set<number>
  readonly answers: unknown[]
  end(): void
}

/**
 * Makes one. The first worker that says hello leads, until it is gone or its event loop hangs: so there is never more
 * than one that does. One that comes to itself again hears of its successor before it hears what others know.
 */
export function createRelay({
  patience = patienceMs,
  probeEvery = probeEveryMs,
}: { patience?: number; probeEvery?: number } = {}): Relay {
  const open = new Map<number, Question>()
  /** Those that said hello. */
  const members = new Map<number, Relayed>()
  let asked = 0
  let lead: number | undefined
  let kept: unknown = null
  /** Answers that the one that leads has not given. */
  let owed = 0
  const timer = setInterval(probe, probeEvery).unref()

  function probe(): void {
    const leader = lead === undefined ? undefined : members.get(lead)
    if (!leader) return
    if (owed >= mostOwed && members.size > 1) return passOn(leader)
    owed += 1
    tell(leader, { type: 'fleet-question', id: probeId, question: { name: 'ping', about: null } })
  }

  /** To the first of the others. */
  function passOn(from: Relayed): void {
    const others = [...members.keys()].filter((number) => number !== from.number)
    lead = others.sort((a, b) => a - b)[0]
    owed = 0
    for (const member of members.values()) tellLead(member)
  }

  function greet(worker: Relayed): void {
    members.set(worker.number, worker)
    lead ??= worker.number
    tellLead(worker)
  }

  function tellLead(worker: Relayed): void {
    const isLead = worker.number === lead
    tell(worker, { type: 'fleet-lead', lead: lead!, kept: isLead ? kept : null })
  }

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
    if (id === probeId && number === lead) owed = 0
    const question = open.get(id)
    if (!question?.waitsFor.delete(number)) return
    question.answers.push(answer)
    if (question.waitsFor.size === 0) question.end()
  }

  return {
    receive(from, message, workers) {
      if (message.type === 'fleet-ask') ask(from, message, workers)
      else if (message.type === 'fleet-answer') take(from, message)
      else if (message.type === 'fleet-hello') greet(from)
      else if (message.type !== 'fleet-keep') return false
      else if (from.number === lead) kept = message.kept
      return true
    },
    left(worker) {
      const { number } = worker
      // Its successor may have said hello already.
      if (members.get(number) !== worker) return
      members.delete(number)
      if (number === lead) passOn(worker)
    },
    close: () => clearInterval(timer),
  }
}

function tell(worker: Relayed, order: FleetOrder): void {
  try {
    worker.send(order)
  } catch {
    // It ended meanwhile; whoever waits for it learns that in time.
  }
}
