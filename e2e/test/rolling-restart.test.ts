import { freePort, type LocalRedis, startRedis } from '@hotpath/cache/local'
import { startPostgres } from '@hotpath/postgres/local'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { civicq } from '../src/civicq.ts'
import { startApp, type Started, startLoad } from '../src/command.ts'
import { type LoadBalancer, startLoadBalancer } from '../src/nginx.ts'
import { scratchFolder } from '../src/scratch.ts'

const opened = new AsyncDisposableStack()
const environment: Record<string, string> = { HOTPATH: 'on', HOTPATH_TOKEN: '', HOTPATH_DRAIN: '2s' }
const instances: { port: number; app: Started }[] = []
let redis: LocalRedis
let balancer: LoadBalancer

const startInstance = (port: number) =>
  startApp(['civicq', '--scale', '0.02', '--no-visitors', '--port', String(port)], environment)

beforeAll(async () => {
  const folder = scratchFolder()
  opened.defer(() => folder[Symbol.dispose]())
  const database = await startPostgres()
  opened.defer(() => database.stop())
  redis = await startRedis()
  opened.defer(() => redis.stop())
  Object.assign(environment, {
    HOTPATH_FOLDER: folder.path,
    DATABASE_URL: database.url,
    REDIS_URL: redis.url,
    CIVICQ_SECRET: 'of this test, the same in both instances',
  })
  for (let index = 0; index < 2; index++) {
    const port = await freePort()
    instances.push({ port, app: await startInstance(port) })
  }
  opened.defer(async () => void (await Promise.all(instances.map(({ app }) => app.stop()))))
  balancer = await startLoadBalancer(
    folder.path,
    instances.map(({ port }) => port),
  )
  opened.use(balancer)
})
afterAll(() => opened.disposeAsync())

/** Reads at 500 per second and votes one after the other, while something happens; what failed of them. */
async function under(happening: () => Promise<void>) {
  const { length: told } = balancer.complaints()
  const load = startLoad(['civicq/read-mix', '--origin', balancer.url, '--rate', '500', '--duration', '10m'])
  await load.started
  const api = civicq(balancer.url)
  const token = await api.login('voter-1@civicq.example')
  const [question] = await api.questions(1)
  const over = new AbortController()
  const votes = { cast: 0, failed: [] as unknown[] }
  const voting = (async () => {
    for (let value: -1 | 1 = 1; !over.signal.aborted; value = value === 1 ? -1 : 1) {
      await api.vote(question!.id, value, token).then(
        (score) => (Number.isInteger(score) ? (votes.cast += 1) : votes.failed.push(score)),
        (error: unknown) => votes.failed.push(error),
      )
    }
  })()
  await happening().finally(() => over.abort())
  await voting
  const { requests, errors, errorsByKind } = await load.stop()
  return { requests, errors, errorsByKind, votes, complaints: balancer.complaints().slice(told) }
}

test('a rolling restart under 500 requests a second: nothing is refused, nothing is cut, and readers never notice', async () => {
  const seen = await under(async () => {
    for (const instance of instances) {
      expect(await instance.app.stop('SIGTERM')).toBe(0)
      instance.app = await startInstance(instance.port)
      // Until the load balancer has seen that it is ready there is only the other.
      await expect.poll(balancer.asks).toHaveLength(instances.length)
    }
  })
  expect(seen.errorsByKind).toEqual({})
  expect(seen).toMatchObject({ errors: 0, votes: { failed: [] }, complaints: '' })
  expect(seen.requests).toBeGreaterThan(2_000)
  expect(seen.votes.cast).toBeGreaterThan(50)
})

test('Redis is killed and comes back under 500 requests a second: no request fails', async () => {
  const health = async () => {
    const response = await fetch(`http://127.0.0.1:${instances[0]!.port}/ready`)
    return ((await response.json()) as { checks: { redis: string } }).checks.redis
  }
  const seen = await under(async () => {
    await redis.kill()
    await expect.poll(health).toMatch(/^down/)
    await new Promise((resolve) => setTimeout(resolve, 3_000))
    redis = await startRedis({ port: redis.port })
    await expect.poll(health).toBe('ok')
    await new Promise((resolve) => setTimeout(resolve, 1_000))
  })
  expect(seen.errorsByKind).toEqual({})
  expect(seen).toMatchObject({ errors: 0, votes: { failed: [] }, complaints: '' })
  expect(seen.requests).toBeGreaterThan(1_500)
})
