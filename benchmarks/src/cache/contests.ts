import { type Contest } from './peers.ts'
import { createRandom, loop, recency, scanned, shifting, zipf } from './traces.ts'

/** A kind of traffic that stores are compared on. */
export interface Traffic {
  id: string
  what: string
  /** Hits that ours must have over lru-cache, in points of the hit ratio, with every seed. */
  lead: number
  contest: (seed: number, length: number) => Contest
}

const keys = 100_000
/** 1 % of the keys. */
const maxEntries = keys / 100
const noWorse = -1

const equal = (requests: Contest['requests'], entries = maxEntries): Contest => ({
  requests,
  maxEntries: entries,
  bytesOf: () => 1000,
  meanBytes: 1000,
})

/** Sizes of 100 bytes to 100 kB by key, most of them small, 10 kB on average. */
const mixed = (requests: Contest['requests'], seed: number): Contest => {
  const random = createRandom(seed)
  const sizes = Float64Array.from({ length: keys + requests.length }, () => 100 * 1000 ** (random() ** 1.6))
  return {
    requests,
    maxEntries,
    bytesOf: (key) => Math.round(sizes[key]!),
    meanBytes: Math.round(sizes.reduce((sum, size) => sum + size, 0) / sizes.length),
  }
}

const wonders = [0.9, 1, 1.1].map((alpha): Traffic => ({
  id: `zipf-${alpha}-one-hit-wonders`,
  what: `Zipf ${alpha}, 30 % one-hit wonders`,
  lead: 5,
  contest: (seed, length) => equal(zipf({ keys, length, alpha, seed, oneHitWonders: 0.3 })),
}))

const loops = [1.1, 1.5, 10].map((times): Traffic => ({
  id: `loop-${times}`,
  what: `A loop of ${times} times the store`,
  lead: noWorse,
  contest: (_seed, length) => equal(loop({ keys: times * maxEntries, length })),
}))

const recencies = [
  { distance: 0.5, fresh: 0.05 },
  { distance: 0.8, fresh: 0.05 },
  { distance: 0.5, fresh: 0.3 },
  { distance: 2, fresh: 0.05 },
].map(({ distance, fresh }): Traffic => ({
  id: `recency-${distance}-fresh-${fresh}`,
  what: `Pure recency, mean distance ${distance} times the store, ${100 * fresh} % new keys`,
  lead: noWorse,
  contest: (seed, length) => equal(recency({ length, seed, distance: distance * maxEntries, fresh })),
}))

/** All kinds of traffic, those that the store is for first. */
export const traffics: readonly Traffic[] = [
  ...wonders,
  {
    id: 'zipf-1-one-hit-wonders-mixed-sizes',
    what: 'Zipf 1, 30 % one-hit wonders, values of 100 B to 100 kB',
    lead: 5,
    contest: (seed, length) => mixed(zipf({ keys, length, alpha: 1, seed, oneHitWonders: 0.3 }), seed),
  },
  {
    id: 'zipf-1',
    what: 'Zipf 1',
    lead: noWorse,
    contest: (seed, length) => equal(zipf({ keys, length, alpha: 1, seed })),
  },
  {
    id: 'zipf-1-small',
    what: 'Zipf 1, store of 100 entries',
    lead: noWorse,
    contest: (seed, length) => equal(zipf({ keys, length, alpha: 1, seed }), 100),
  },
  {
    id: 'zipf-1-large',
    what: 'Zipf 1, store of 10,000 entries',
    lead: noWorse,
    contest: (seed, length) => equal(zipf({ keys, length, alpha: 1, seed }), 10_000),
  },
  {
    id: 'scans',
    what: 'Zipf 1, scans of five times the store',
    lead: noWorse,
    contest: (seed, length) => equal(scanned({ keys, length, alpha: 1, seed, every: 20_000, scan: 5000 })),
  },
  ...loops,
  {
    id: 'shifting',
    what: 'Zipf 1, popularity moving by the store every 50,000 requests',
    lead: noWorse,
    contest: (seed, length) => equal(shifting({ keys, length, alpha: 1, seed, every: 50_000, by: 1000 })),
  },
  {
    id: 'shifting-fast',
    what: 'Zipf 1, popularity moving by twice the store every 10,000 requests',
    lead: noWorse,
    contest: (seed, length) => equal(shifting({ keys, length, alpha: 1, seed, every: 10_000, by: 2000 })),
  },
  ...recencies,
]
