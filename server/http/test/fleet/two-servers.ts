import { randomUUID } from 'node:crypto'
import type { RequestListener } from 'node:http'
import { type LocalRedis, startRedis, type StartRedisOptions } from '@hotpath/cache/local'
import { connectTagSpace } from '@hotpath/cache/redis'
import { expect } from 'vitest'
import { askRedis } from './raw-redis.ts'
import { serve, type Serving, type ServingOptions } from '../serving.ts'

/** Two servers that share nothing but a Redis. */
export interface TwoServers extends AsyncDisposable {
  one: Serving
  other: Serving
  redis: LocalRedis
  /** How often Redis ran a command since it started. */
  commands(): Promise<number>
  /** Another server of the same fleet, ended with the others. */
  join(options?: ServingOptions): Promise<Serving>
}

export interface TwoServersOptions extends ServingOptions {
  redis?: LocalRedis
  settings?: StartRedisOptions
}

/** As clients behind a load balancer see it: all servers have one name. */
function asOneHost(server: Serving): Serving {
  const ask: Serving['ask'] = (path, { headers, ...asked } = {}) =>
    server.ask(path, { ...asked, headers: { host: 'shop.example', ...headers } })
  return { ...server, ask, get: (path, headers = {}) => ask(path, { headers }) }
}

/** Starts two servers of one application on one Redis, which is started as well unless it is given. */
export async function twoServers(
  listener: RequestListener,
  { redis: given, settings = {}, ...options }: TwoServersOptions = {},
): Promise<TwoServers> {
  const redis = given ?? (await startRedis(settings))
  const name = randomUUID()
  const servers: Serving[] = []
  const join = async (more: ServingOptions = {}) => {
    const tags = connectTagSpace({ url: redis.url, name, commandTimeout: '500ms' })
    // A machine that runs all tests at once is slow.
    await expect.poll(() => tags.tier!.reachable(), { timeout: 20_000 }).toBe(true)
    const server = await serve(listener, { ...options, ...more, tags })
    servers.push(server)
    return asOneHost(server)
  }
  const one = await join()
  const other = await join()
  return {
    one,
    other,
    redis,
    join,
    async commands() {
      const stats = (await askRedis(redis.port, ['info', 'commandstats'])).join('')
      const counts = [...stats.matchAll(/^cmdstat_(mget|get|evalsha|eval):calls=(\d+)/gm)]
      return counts.reduce((sum, [, , calls]) => sum + Number(calls), 0)
    },
    async [Symbol.asyncDispose]() {
      for (const server of servers) {
        await server[Symbol.asyncDispose]()
        await server.tags.close()
      }
      if (!given) await redis.stop()
    },
  }
}
