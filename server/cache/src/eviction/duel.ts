import { type BoundedQueues, createBoundedQueues, type Favour } from './bounded-queues.ts'
import { hashSpace } from './key-hash.ts'

/**
 * Finds out which entries are worth favouring in a running store. Two miniature stores, one favouring what is used
 * again, one what was used last, live through what happens to a sample of the keys (miniature simulation: Waldspurger et al.,
 * USENIX ATC 2017); a saturating counter of the requests that only one of them hit names the winner (set dueling:
 * Qureshi et al., ISCA 2007).
 */
export interface Duel {
  /** Only keys whose hash is below this matter; 0 until `size` was called. */
  below: number
  /** A request of a sampled key, and whether the store had it. The favour to have from now on. */
  request(hash: number, hit: boolean): Favour
  /** A sampled key was stored. */
  fill(hash: number): void
  /** Sizes the miniatures for a store of so many entries, unless they are of about that size already. */
  size(entries: number, hashes: () => Iterable<number>): void
  clear(): void
}

/** Entries of each miniature of a large store, and of a tiny one. */
const largestMini = 512
const smallestMini = 4
/** The largest share of the keys that is sampled, as far as the smallest miniature allows: it bounds the cost of a hit. */
const mostSampled = 1 / 8
/** Requests that only the challenger hit, over those that only the favoured one hit, that it takes to win. */
const lead = 32

export function createDuel(initial: Favour): Duel {
  let repeated = createMini(smallestMini, 'repeated')
  let recent = createMini(smallestMini, 'recent')
  let sizedFor = 0
  let favour = initial
  let score = 0

  const duel: Duel = {
    below: 0,
    request(hash, hit) {
      const hitByRepeated = use(repeated, hash)
      const hitByRecent = use(recent, hash)
      // What the store had, it was asked to store; a miniature that has not would have been asked now.
      if (hit) duel.fill(hash)
      if (hitByRepeated === hitByRecent) return favour
      score = Math.max(-lead, Math.min(lead, score + (hitByRecent ? 1 : -1)))
      if (score === lead) favour = 'recent'
      if (score === -lead) favour = 'repeated'
      return favour
    },
    fill(hash) {
      fill(repeated, hash)
      fill(recent, hash)
    },
    size(entries, hashes) {
      if (entries <= 2 * sizedFor && 2 * entries >= sizedFor) return
      const mini = Math.min(entries, largestMini, Math.max(smallestMini, Math.round(entries * mostSampled)))
      sizedFor = entries
      duel.below = (mini / entries) * hashSpace
      repeated = createMini(mini, 'repeated')
      recent = createMini(mini, 'recent')
      // What is stored fills them: empty ones would take as long to say something as the store took to fill.
      for (const hash of hashes()) if (hash < duel.below) duel.fill(hash)
    },
    clear() {
      sizedFor = 0
      duel.below = 0
      score = 0
    },
  }
  return duel
}

type Mini = BoundedQueues<number, undefined>

/** Bounded in entries alone: the sizes of a few sampled keys would say more about chance than about the store. */
function createMini(maxEntries: number, favour: Favour): Mini {
  return createBoundedQueues({ maxEntries, maxBytes: maxEntries }, favour)
}

/** Whether it was a hit. */
function use(mini: Mini, hash: number): boolean {
  const node = mini.find(hash)
  if (node !== undefined) mini.use(node)
  return node !== undefined
}

function fill(mini: Mini, hash: number): void {
  if (mini.find(hash) === undefined) mini.add(hash, hash, { value: undefined, bytes: 1 })
}
