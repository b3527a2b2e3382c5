import type { RequestListener } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'
import { route } from '@hotpath/core'
import { expect, test } from 'vitest'
import { advance, type Serving } from '../serving.ts'
import { askRedis } from './raw-redis.ts'
import { twoServers } from './two-servers.ts'

const routes = [route('GET /item/:id', { fresh: '1h', tags: ({ id }) => [`item:${id}`] })]
const items = 5
const bodyOf = /^(\d+)$/

/** xorshift: the same choices at every run. */
function createRandom(seed: number): () => number {
  let state = seed
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) / 2 ** 32
  }
}

/**
 * Random reads and writes over three servers while connections are killed and Redis is emptied. A read that begins
 * after a write was invalidated is never older: on the server that wrote at once, on the others after two seconds at
 * most, and at once where the notice got through.
 */
test('no read is older than the writes that were invalidated before it, whatever becomes of the connections', async () => {
  const versions = Array.from({ length: items }, () => 0)
  const random = createRandom(20_261_121)
  const listener: RequestListener = (request, response) => {
    const version = versions[Number(request.url!.split('/')[2])]!
    // What was read may be old by the time it is answered.
    setTimeout(() => response.setHeader('vary', 'x-kind').end(String(version)), random() * 8)
  }
  await using fleet = await twoServers(listener, { routes })
  const servers = [fleet.one, fleet.other, await fleet.join()]
  /** For each server and item, what it must not fall behind, and since when. */
  const floors = servers.map(() => Array.from({ length: items }, () => [{ version: 0, from: 0 }]))
  let reads = 0
  const late: string[] = []

  async function read(at: number): Promise<void> {
    const id = Math.floor(random() * items)
    const startedAt = performance.now()
    const due = floors[at]![id]!.filter(({ from }) => from <= startedAt)
    const least = Math.max(...due.map(({ version }) => version))
    const answer = await servers[at]!.get(`/item/${id}`, { 'x-kind': random() < 0.5 ? 'a' : 'b' })
    reads += 1
    if (!bodyOf.test(answer.body) || Number(answer.body) < least) {
      late.push(
        `server ${at}, item ${id}: ${answer.body} after ${least} (${String(answer.headers['cache-status'])})`,
      )
    }
  }

  async function write(at: number): Promise<void> {
    const id = Math.floor(random() * items)
    versions[id]! += 1
    const version = versions[id]!
    const server: Serving = servers[at]!
    await (random() < 0.7 ? advance(server.tags, [`item:${id}`]) : server.cache.purge(`/item/${id}`))
    const now = performance.now()
    // Two seconds, and what a busy machine may be late by itself.
    for (const [other, floor] of floors.entries())
      floor[id]!.push({ version, from: other === at ? now : now + 4_000 })
  }

  async function trouble(): Promise<void> {
    const words = random() < 0.7 ? ['client', 'kill', 'type', 'normal'] : ['flushall']
    await askRedis(fleet.redis.port, words)
  }

  const endAt = performance.now() + 6_000
  const actor = async (act: () => Promise<void>, restMs: number) => {
    while (performance.now() < endAt) {
      await act()
      await pause(random() * restMs)
    }
  }
  await Promise.all([
    ...servers.flatMap((_, at) => [actor(() => read(at), 3), actor(() => read(at), 3)]),
    ...servers.map((_, at) => actor(() => write(at), 150)),
    actor(trouble, 1_500),
  ])
  expect(late).toEqual([])
  expect(reads).toBeGreaterThan(100)
  // In the end all agree.
  for (let id = 0; id < items; id++) {
    for (const server of servers) {
      const newest = String(versions[id])
      await expect.poll(async () => (await server.get(`/item/${id}`)).body).toBe(newest)
    }
  }
})
