import { randomUUID } from 'node:crypto'
import { type LocalRedis, startRedis } from '@hotpath/cache/local'
import { connectTagSpace } from '@hotpath/cache/redis'
import { afterAll, beforeAll, expect } from 'vitest'
import { serveOver } from '../serving.ts'

let redis: LocalRedis

beforeAll(async () => {
  redis = await startRedis()
})
afterAll(() => redis.stop())

// The tests of whichever file is imported next run over tag spaces on a real Redis, each with a fleet of its own.
serveOver(async () => {
  const tags = connectTagSpace({ url: redis.url, name: randomUUID() })
  await expect.poll(() => tags.tier!.reachable(), { timeout: 20_000 }).toBe(true)
  // The mark of the namespace is made once in a fleet's life, which loads in flight take for a change.
  await tags.change({
    tags: [],
    keys: [],
    patterns: [['@hotpath/http', '/nowhere']],
    hard: true,
    ack: 'fleet',
  })
  return tags
})
