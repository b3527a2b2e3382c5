import { createCache, createTagSpace } from '@hotpath/cache'
import { openDatabase } from '@hotpath/postgres'
import { createQueryCache } from '@hotpath/postgres/query-cache'
import { createRouter } from '@hotpath/postgres/router'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { fresh, one, open } from './query-caches.ts'
import { type Pair, startPair, until } from './replicas.ts'

let pair: Pair
beforeAll(async () => {
  pair = await startPair()
}, 60_000)
afterAll(() => pair[Symbol.asyncDispose]())

test('readers and writers on two pools: no read begun after a write was answered misses it', async () => {
  const { primary, servers } = pair
  await fresh(primary)
  const other = await openDatabase({ url: servers.primary.url })
  const tags = createTagSpace()
  const sides = await Promise.all(
    [primary, other].map(async (database, side) => {
      const cache = createCache({ namespace: `side-${side}`, tags, ttl: '1h' })
      return {
        database,
        cache,
        queries: await createQueryCache({ database, cache, keys: { posts: 'id' } }),
      }
    }),
  )
  const answered = [0, 0, 0]
  let version = 0
  let stale = 0
  const work = async (worker: number): Promise<void> => {
    const { database, queries } = sides[worker % 2]!
    for (let round = 0; round < 400; round++) {
      const id = 1 + ((round + worker) % 2)
      if (round % 10 === worker % 10) {
        const mine = ++version
        const set = 'update posts set title = $2 where id = $1 and title::int < $3'
        await database.query(set, [id, String(mine), mine])
        answered[id] = Math.max(answered[id]!, mine)
      } else {
        const atLeast = answered[id]!
        if (Number(await one(queries, 'select title from posts where id = $1', [id])) < atLeast) stale += 1
      }
    }
  }
  await primary.query(`update posts set title = '0'`)
  await Promise.all(Array.from({ length: 10 }, (_, worker) => work(worker)))
  expect(stale).toBe(0)
  const { hits, loads } = sides[0]!.cache.stats()
  expect(hits, 'most reads were hits').toBeGreaterThan(loads)
  for (const { queries } of sides) await queries.close()
  await other.close()
})

test('a replica that is behind never fills it', async () => {
  const { primary, replica } = pair
  await fresh(primary)
  const router = await createRouter({
    primary,
    replicas: { replica },
    secret: 'a secret of the tests',
    pollEvery: '20ms',
    maxLag: '1h',
  })
  await using opened = await open(primary, { router })
  const { queries } = opened
  const title = 'select title from posts where id = 1'
  await until(
    () => router.report().replicas[0]!,
    ({ lagMs }) => lagMs !== null,
  )
  await one(queries, title)
  await pair.pauseReplay()
  try {
    await primary.query(`update posts set title = 'New' where id = 1`)
    expect(await one(queries, title)).toBe('New')
    expect(await one(queries, title)).toBe('New')
  } finally {
    await pair.resumeReplay()
    await router.close()
  }
})
