import type { Change } from '../tag-space.ts'

/** Changes that Redis has not acknowledged. They are sent again before anything it says is relied on. */
export interface Outbox {
  add(change: Change): void
  isEmpty(): boolean
  contents(): Contents
}

export interface Contents {
  /** What to send, hard and soft apart; null when too much gathered to be remembered: everything has to go. */
  changes: { hard: Change; soft: Change } | null
  /** It was sent. Forgets all of it, unless something was added since. */
  sent(): void
}

/** Names kept; beyond, all of them become one: everything. */
const mostNames = 10_000

interface Names {
  tags: Set<string>
  keys: Map<string, readonly [string, string]>
  patterns: Map<string, readonly [string, string]>
}

const noNames = (): Names => ({ tags: new Set(), keys: new Map(), patterns: new Map() })

const nameOf = ([namespace, text]: readonly [string, string]) => `${namespace}\n${text}`

export function createOutbox(): Outbox {
  let hard = noNames()
  let soft = noNames()
  let isFull = false
  let additions = 0

  const size = ({ tags, keys, patterns }: Names) => tags.size + keys.size + patterns.size

  function clear(): void {
    hard = noNames()
    soft = noNames()
  }

  const change = ({ tags, keys, patterns }: Names, isHard: boolean): Change => ({
    tags: [...tags],
    keys: [...keys.values()],
    patterns: [...patterns.values()],
    hard: isHard,
    ack: 'redis',
  })

  return {
    add(given) {
      additions += 1
      if (isFull) return
      const names = given.hard ? hard : soft
      for (const tag of given.tags) names.tags.add(tag)
      for (const key of given.keys) names.keys.set(nameOf(key), key)
      for (const pattern of given.patterns) names.patterns.set(nameOf(pattern), pattern)
      if (size(hard) + size(soft) <= mostNames) return
      isFull = true
      clear()
    },
    isEmpty: () => !isFull && size(hard) + size(soft) === 0,
    contents() {
      const taken = additions
      return {
        changes: isFull ? null : { hard: change(hard, true), soft: change(soft, false) },
        sent() {
          // What was added meanwhile is sent with the rest once more: twice does no harm.
          if (taken !== additions) return
          isFull = false
          clear()
        },
      }
    },
  }
}
