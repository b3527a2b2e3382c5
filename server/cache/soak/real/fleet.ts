import { randomUUID } from 'node:crypto'
import { poll, sleep } from './clock.ts'
import { firstWorkers, leaseMs } from './data.ts'
import type { Dice } from './dice.ts'
import type { Judge } from './judge.ts'
import { type Member, startMember } from './member.ts'
import type { Breakage, Upward } from './messages.ts'
import type { Oracle } from './oracle.ts'
import type { Origin } from './origin.ts'

export interface FleetOptions {
  seed: number
  /** The ports by which workers reach Redis, in turn. */
  ports: readonly number[]
  dice: Dice
  origin: Origin
  judge: Judge
  oracle: Oracle
  broken?: Breakage
}

export interface Fleet {
  start(): Promise<void>
  /** One dies, another takes its place. */
  replaceWorker(): Promise<void>
  freezeWorker(ms: number): Promise<void>
  /** Lets all calls end, has every process read everything, and closes them. */
  settle(): Promise<void>
  killAll(): Promise<void>
  readonly troubles: readonly string[]
}

const mostTroubles = 20
/** What the rest of a call, its load, reconnecting, and reads that are asked again may take at the end. */
const restMs = 40_000

export function createFleet(options: FleetOptions): Fleet {
  const { origin, judge, oracle, ports, dice } = options
  const members = new Map<number, Member>()
  const troubles: string[] = []
  const settled = new Set<number>()
  const app = `soak-${randomUUID()}`
  let next = 0

  function trouble(text: string): void {
    if (troubles.length < mostTroubles) troubles.push(text)
  }
  async function answer(member: Member, ask: Upward & { kind: 'ask' }): Promise<void> {
    const { id, keys, cache } = ask
    const versions = ask.what === 'write' ? origin.write(keys) : await origin.load({ cache, keys })
    member.tell({ kind: 'reply', id, versions })
  }
  function heard(member: Member, message: Upward): void {
    const { worker } = member
    if (message.kind === 'batch') judge.heard(worker, message)
    else if (message.kind === 'ask') void answer(member, message)
    else if (message.kind === 'trouble') trouble(`worker ${worker}: ${message.text}`)
    else if (message.kind === 'settled') {
      settled.add(worker)
      const alive = new Set(members.keys())
      for (const read of message.reads) {
        const found = oracle.settled(worker, read, alive)
        if (found) judge.report(found, read.end)
      }
    }
  }
  async function join(): Promise<void> {
    const worker = next
    next += 1
    origin.admit(worker)
    judge.admit(worker)
    const url = `redis://127.0.0.1:${ports[worker % ports.length]}`
    const { broken } = options
    const plan = { worker, seed: options.seed * 1000 + worker, url, app, ...(broken && { broken }) }
    members.set(worker, await startMember(plan, heard))
  }
  const all = () => [...members.values()]

  return {
    troubles,
    async start() {
      await Promise.all(Array.from({ length: firstWorkers }, join))
    },
    async replaceWorker() {
      const member = dice.pick(all())
      await member.kill()
      members.delete(member.worker)
      judge.left(member.worker)
      await join()
    },
    freezeWorker: (ms) => dice.pick(all()).freeze(ms),
    async settle() {
      for (const member of all()) member.tell({ kind: 'rest' })
      // Nothing is in memory any more on the strength of an old answer.
      await sleep(2 * leaseMs)
      for (const member of all()) member.tell({ kind: 'settle', keys: origin.keys() })
      if (!(await poll(() => members.size === settled.size, restMs))) {
        trouble(`only ${settled.size} of ${members.size} workers could read everything at the end`)
      }
      for (const member of all()) member.tell({ kind: 'close' })
      for (const member of all()) {
        if (!(await member.ended(5_000))) trouble(`worker ${member.worker} did not end after close()`)
      }
    },
    async killAll() {
      await Promise.all(all().map((member) => member.kill()))
    },
  }
}
