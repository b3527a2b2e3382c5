import type { Exchange } from './exchange.ts'

/** Watches the exchanges under way until `due` + timeout. */
export interface Deadlines {
  watch(exchange: Exchange): void
  forget(exchange: Exchange): void
  /** How many are under way. */
  count(): number
  /** Those under way, oldest first. */
  all(): Exchange[]
  close(): void
}

/**
 * All exchanges have the same timeout, so a list in the order of sending and one timer for its head suffice: watching
 * and forgetting cost a few pointer writes, where a timer each would cost more than the request.
 */
export function createDeadlines(timeoutMs: number, onExpire: (expired: Exchange[]) => void): Deadlines {
  let head: Exchange | null = null
  let tail: Exchange | null = null
  let count = 0
  let timer: NodeJS.Timeout | undefined

  function expire(): void {
    timer = undefined
    const now = performance.now()
    const expired: Exchange[] = []
    for (let next = head; next !== null && next.due + timeoutMs <= now; next = next.later) expired.push(next)
    onExpire(expired)
    arm()
  }

  function arm(): void {
    if (timer !== undefined || head === null) return
    timer = setTimeout(expire, Math.max(1, Math.ceil(head.due + timeoutMs - performance.now())))
  }

  return {
    watch(exchange) {
      exchange.earlier = tail
      if (tail === null) head = exchange
      else tail.later = exchange
      tail = exchange
      count += 1
      arm()
    },
    forget(exchange) {
      const { earlier, later } = exchange
      if (earlier === null) head = later
      else earlier.later = later
      if (later === null) tail = earlier
      else later.earlier = earlier
      exchange.earlier = null
      exchange.later = null
      count -= 1
    },
    count: () => count,
    all() {
      const list: Exchange[] = []
      for (let exchange = head; exchange !== null; exchange = exchange.later) list.push(exchange)
      return list
    },
    close() {
      clearTimeout(timer)
      timer = undefined
    },
  }
}
