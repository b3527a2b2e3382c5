import type { Oracle } from './oracle.ts'
import { commandTimeout, loadTimeout, type Process } from './process.ts'

/** A call of the cache, what is expected of it and who hears of its end. */
export interface Call<T> {
  kind: keyof typeof bounds
  /** Its cache is to fail where Redis is down. */
  mayFail: boolean
  begin: () => Promise<T>
  ended: (value: T) => void
  failed?: () => void
}

/**
 * The longest that a call may take, in milliseconds. Nobody waits for a Redis that is known to be away. A look asks for a barrier, for what lies there and for its
 * marks; a load also waits for another process and then loads itself; a fleet's answers are waited for until its trust
 * has run out.
 */
const bounds = {
  look: 3 * commandTimeout,
  lookWhileAway: 0,
  load: 2 * loadTimeout + 2 * commandTimeout,
  change: 2 * commandTimeout,
  fleet: 3 * commandTimeout + 2_000,
}

export interface CallParts {
  now: () => number
  oracle: Oracle
  tell: (line: string) => void
}

/** Watches calls: that they end in time, and with nothing but the errors that are to be expected. */
export function createCalls({ now, oracle, tell }: CallParts) {
  const waiting = new Map<object, { life: number; what: string }>()

  function judgeError(error: unknown, what: string, mayFail: boolean): void {
    const { code, message } = error as { code?: string; message?: string }
    if (message === 'the origin is down' || code === 'HP_CACHE_LOAD_TIMEOUT') return
    if (code === 'HP_CACHE_REDIS_DOWN' && mayFail) return
    oracle.report('error', `${what} failed: ${code ?? ''} ${message ?? String(error)}`)
  }

  return {
    watch<T>(process: Process, what: string, call: Call<T>): void {
      const { host, life } = process
      const beganAt = now()
      const stalledBefore = host.stalledMs()
      const ticket = {}
      waiting.set(ticket, { life, what })
      tell(`p${life} begins ${what}`)

      const end = () => {
        waiting.delete(ticket)
        const took = now() - beganAt - (host.stalledMs() - stalledBefore)
        if (took > bounds[call.kind] + 1) {
          oracle.report('bound', `${what} in ${life} took ${took.toFixed(0)} ms of ${bounds[call.kind]}`)
        }
      }
      call.begin().then(
        (value) => {
          if (!host.isAlive()) return
          end()
          tell(`p${life} ends ${what} begun at ${beganAt.toFixed(1)}: ${JSON.stringify(value)}`)
          call.ended(value)
        },
        (error: unknown) => {
          if (!host.isAlive()) return
          end()
          tell(`p${life} ends ${what} begun at ${beganAt.toFixed(1)}: ${String(error)}`)
          judgeError(error, `${what} in ${life}`, call.mayFail)
          call.failed?.()
        },
      )
    },
    lifeEnds(life: number): void {
      for (const [ticket, call] of waiting) if (call.life === life) waiting.delete(ticket)
    },
    /** What has not been answered. */
    unanswered: () => [...waiting.values()].map(({ what }) => what),
  }
}
