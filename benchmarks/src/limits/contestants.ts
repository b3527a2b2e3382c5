import http, { type RequestListener } from 'node:http'
import { createRateLimit, type ScriptReply } from '@hotpath/http/limits'
import express from 'express'
import { rateLimit } from 'express-rate-limit'
import { RedisStore, type RedisReply } from 'rate-limit-redis'
import { createClient } from 'redis'

/** The header that names whose request it is. */
export const keyHeader = 'x-key'

export const limit = 100
const day = 24 * 60 * 60 * 1000

/** One process of a limited application: it answers 200 or 429. */
export interface Limited extends AsyncDisposable {
  readonly port: number
  /** Commands sent to Redis, each of which is answered once. */
  roundTrips(): number
}

export const contestants = { hotpath: startHotpath, 'express-rate-limit': startExpress }

const keyOf = ({ headers }: { headers: http.IncomingHttpHeaders }) => String(headers[keyHeader])

async function startHotpath(url: string): Promise<Limited> {
  const redis = await connect(url)
  const limits = createRateLimit({
    groups: { api: { limit, window: day, by: keyOf } },
    default: 'api',
    redis: {
      name: 'bench',
      runner: {
        run: ({ text }, keys, words) =>
          redis.send<ScriptReply>('EVAL', text, String(keys.length), ...keys, ...words),
      },
    },
  })
  const server = await listen(limits.wrap((_, response) => void response.end('ok')))
  return {
    ...server,
    roundTrips: redis.roundTrips,
    async [Symbol.asyncDispose]() {
      limits.close()
      await server.close()
      redis.close()
    },
  }
}

async function startExpress(url: string): Promise<Limited> {
  const redis = await connect(url)
  const store = new RedisStore({ sendCommand: (...words: string[]) => redis.send<RedisReply>(...words) })
  const app = express()
  app.use(rateLimit({ windowMs: day, limit, store, keyGenerator: keyOf, standardHeaders: 'draft-8' }))
  app.get('/', (_, response) => void response.end('ok'))
  const server = await listen(app)
  return {
    ...server,
    roundTrips: redis.roundTrips,
    async [Symbol.asyncDispose]() {
      await server.close()
      redis.close()
    },
  }
}

async function connect(url: string) {
  const client = await createClient({ url }).connect()
  let roundTrips = 0
  return {
    send<T>(...words: string[]): Promise<T> {
      roundTrips += 1
      return client.sendCommand<T>(words)
    },
    roundTrips: () => roundTrips,
    close: () => client.destroy(),
  }
}

async function listen(listener: RequestListener) {
  const server = http.createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  async function close(): Promise<void> {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
  return { port, close }
}
