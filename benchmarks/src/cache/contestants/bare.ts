import { Redis } from 'ioredis'
import { createClient } from 'redis'
import type { Enter } from './contestant.ts'

/** What no cache can beat: an async function around `Map.get`, which neither loads nor expires nor forgets. */
export const map: Enter = async () => {
  const values = new Map<string, unknown>()
  return {
    // oxlint-disable-next-line typescript/require-await -- the async function is the yardstick
    getOrLoad: async (key) => values.get(key),
    set: async (key, value) => values.set(key, value),
    peek: (key) => values.get(key),
  }
}

/** GET and JSON.parse through node-redis: no cache, but what a read of Redis costs. */
export const nodeRedis: Enter = async ({ redisUrl }) => {
  const client = await createClient({ url: urlOf(redisUrl) }).connect()
  return {
    async getOrLoad(key) {
      const text = await client.get(key)
      return text === null ? undefined : JSON.parse(text)
    },
    set: (key, value) => client.set(key, JSON.stringify(value)),
    async getMany(keys) {
      const texts = await client.mGet(keys)
      return texts.map((text) => (text === null ? undefined : JSON.parse(text)))
    },
  }
}

/** The same through ioredis. */
export const ioredis: Enter = async ({ redisUrl }) => {
  const client = new Redis(urlOf(redisUrl))
  return {
    async getOrLoad(key) {
      const text = await client.get(key)
      return text === null ? undefined : JSON.parse(text)
    },
    set: (key, value) => client.set(key, JSON.stringify(value)),
    async getMany(keys) {
      const texts = await client.mget(keys)
      return texts.map((text) => (text === null ? undefined : JSON.parse(text)))
    },
  }
}

function urlOf(redisUrl: string | null): string {
  if (redisUrl === null) throw new Error('A Redis client needs a Redis.')
  return redisUrl
}
