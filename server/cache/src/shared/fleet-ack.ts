import type { Clock } from '@hotpath/core'
import { type Link, trustMs } from './link.ts'
import { textOf } from './mark-values.ts'
import type { Names } from './names.ts'
import type { RedisReply } from './port.ts'
import { type Timers, wait } from './timers.ts'

/** Waits until every live process has heard of a change. */
export interface FleetAck {
  /** Answers, where a notice asks for it. Whether it did ask. */
  asked(mark: string): boolean
  /**
   * Until all of these processes answered, or their trust in what they knew before has run out: whoever does not hear
   * of a change stops to serve from memory by then.
   */
  wait(token: string, nodes: readonly string[]): Promise<void>
}

export interface FleetAckOptions {
  link: Link
  names: Names
  clock: Clock
  timers: Timers
  nodeId: string
}

const pollMs = 2
const answersMs = 10_000
/** Stands for processes that Redis may have forgotten (scripts.ts). */
const anybody = '?'

export function createFleetAck({ link, names, clock, timers, nodeId }: FleetAckOptions): FleetAck {
  const asks = names.ackMark('')

  async function answer(token: string): Promise<void> {
    const acks = names.acks(token)
    await Promise.all([
      link.command(['SADD', acks, nodeId]),
      link.command(['PEXPIRE', acks, String(answersMs)]),
    ])
  }

  return {
    asked(mark) {
      if (!mark.startsWith(asks)) return false
      // Who cannot answer is waited for until its trust has run out.
      answer(mark.slice(asks.length)).catch(() => {})
      return true
    },
    async wait(token, nodes) {
      const others = nodes.filter((node) => node !== nodeId)
      const end = clock() + trustMs
      if (others.includes(anybody)) return wait(timers, trustMs)
      while (others.length > 0 && clock() < end) {
        try {
          const answered = (await link.command(['SMEMBERS', names.acks(token)])) as readonly RedisReply[]
          const heard = new Set(answered.map(textOf))
          if (others.every((node) => heard.has(node))) return
        } catch {
          // Redis is away: nobody's trust is renewed either.
          return wait(timers, Math.max(0, end - clock()))
        }
        await wait(timers, pollMs)
      }
    },
  }
}
