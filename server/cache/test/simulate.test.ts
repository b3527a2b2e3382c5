import { createTrace, readTraceFile, simulate, type Trace } from '@hotpath/cache/simulate'
import * as fc from 'fast-check'
import { LRUCache } from 'lru-cache'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterAll, expect, test } from 'vitest'

const folder = mkdtempSync(path.join(os.tmpdir(), 'trace-'))
afterAll(() => rmSync(folder, { recursive: true }))

function traceOf(keys: Iterable<string>): Trace {
  const trace = createTrace()
  for (const key of keys) trace.add(key)
  return trace
}

function written(text: string): string {
  const file = path.join(folder, `${Math.random()}.txt`)
  writeFileSync(file, text)
  return file
}

async function hitsOf(policy: string, keys: readonly string[], entries: number): Promise<number> {
  const results = await simulate(traceOf(keys), { entries: [entries] })
  return Math.round(results.find((result) => result.policy === policy)!.hitRatio * keys.length)
}

/** The most hits that any choice of evictions allows, found by trying them all. */
function mostHits(keys: readonly string[], entries: number): number {
  const known = new Map<string, number>()
  const from = (now: number, stored: readonly string[]): number => {
    if (now === keys.length) return 0
    const key = keys[now]!
    if (stored.includes(key)) return 1 + from(now + 1, stored)
    if (stored.length < entries) return from(now + 1, [...stored, key].sort())
    const state = `${now} ${stored.join()}`
    const before = known.get(state)
    if (before !== undefined) return before
    const best = Math.max(
      ...stored.map((gone) => from(now + 1, [...stored.filter((kept) => kept !== gone), key].sort())),
    )
    known.set(state, best)
    return best
  }
  return from(0, [])
}

const requests = (keys: number, maxLength: number) =>
  fc.array(
    fc.integer({ min: 1, max: keys }).map((id) => `key ${id}`),
    { minLength: 1, maxLength },
  )

test('optimal is the most that any choice of evictions allows', async () => {
  await fc.assert(
    fc.asyncProperty(requests(6, 25), fc.integer({ min: 1, max: 4 }), async (keys, entries) => {
      expect(await hitsOf('optimal', keys, entries)).toBe(mostHits(keys, entries))
    }),
    { numRuns: 200 },
  )
})

test('lru hits what lru-cache hits, and no policy more than optimal', async () => {
  await fc.assert(
    fc.asyncProperty(requests(60, 2000), fc.integer({ min: 1, max: 40 }), async (keys, entries) => {
      const yardstick = new LRUCache<string, object>({ max: entries })
      let hits = 0
      for (const key of keys) {
        if (yardstick.get(key)) hits += 1
        else yardstick.set(key, {})
      }
      expect(await hitsOf('lru', keys, entries)).toBe(hits)
      const optimal = await hitsOf('optimal', keys, entries)
      expect(hits).toBeLessThanOrEqual(optimal)
      expect(await hitsOf('hotpath', keys, entries)).toBeLessThanOrEqual(optimal)
    }),
    { numRuns: 50 },
  )
})

test('where everything fits, all policies miss each key once', async () => {
  const keys = Array.from({ length: 100 }, (_, index) => `key ${index % 10}`)
  const results = await simulate(traceOf(keys), { entries: [10, 1000] })
  expect(results.map(({ hitRatio }) => hitRatio)).toEqual(Array.from({ length: 6 }, () => 0.9))
})

test('says how far it is, and ends at its end', async () => {
  const seen: number[] = []
  const keys = Array.from({ length: 200_000 }, (_, index) => `key ${index % 10}`)
  await simulate(traceOf(keys), { entries: [5], onProgress: ({ done, total }) => seen.push(done / total) })
  expect(seen.length).toBeGreaterThan(6)
  expect(seen).toEqual([...seen].sort((one, other) => one - other))
  expect(seen.at(-1)).toBe(1)
})

test('a file is one key per line, whatever ends the lines; empty lines are no keys', async () => {
  const trace = await readTraceFile(written('a\r\nb\n\nä ö\na'))
  expect([...trace.requests()].map((id) => trace.keys[id])).toEqual(['a', 'b', 'ä ö', 'a'])
})

test('lines that cross the chunks of a long file stay whole', async () => {
  const keys = Array.from({ length: 60_000 }, (_, index) => `/api/ballots/${index}/ä`)
  const trace = await readTraceFile(written(`${keys.join('\n')}\n`))
  expect([...trace.requests()].map((id) => trace.keys[id])).toEqual(keys)
})

test('a file that is missing, a folder, or empty is refused', async () => {
  await expect(readTraceFile(path.join(folder, 'none'))).rejects.toMatchObject({
    code: 'HP_CACHE_TRACE_UNREADABLE',
  })
  await expect(readTraceFile(folder)).rejects.toMatchObject({ code: 'HP_CACHE_TRACE_UNREADABLE' })
  await expect(readTraceFile(written('\n\r\n'))).rejects.toMatchObject({ code: 'HP_CACHE_TRACE_EMPTY' })
})
