import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import {
  type Alerts,
  beaconVersion,
  type Overview,
  paths,
  type RouteDetail,
  type Vitals,
} from '@hotpath/core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startApp, type Started } from '../src/command.ts'
import { pinnedClient, type PinnedClient } from '../src/pinned-client.ts'
import { scratchFolder } from '../src/scratch.ts'

const folder = scratchFolder()
const told: { event: string; alert: { route: string | null } | null }[] = []
const receiver = createServer((request, response) => {
  void text(request).then((body) => (told.push(JSON.parse(body)), response.writeHead(204).end()))
})
let app: Started

beforeAll(async () => {
  await new Promise<void>((listening) => receiver.listen(0, '127.0.0.1', listening))
  const { port } = receiver.address() as AddressInfo
  const application = fileURLToPath(new URL('../src/fleet-app', import.meta.url))
  app = await startApp([application, '--workers', '2', '--no-visitors'], {
    DATABASE_URL: '',
    REDIS_URL: '',
    HOTPATH: 'on',
    HOTPATH_TOKEN: '',
    HOTPATH_FOLDER: folder.path,
    HOTPATH_WEBHOOK_URL: `http://127.0.0.1:${port}/hook`,
  })
})
afterAll(async () => {
  await app?.stop()
  receiver.close()
  folder[Symbol.dispose]()
})

const numberOf = async (client: PinnedClient) =>
  (await client.get<{ worker: { number: number } }>(paths.whoami)).worker.number

/** A client whose requests that worker answers. */
async function clientOf(number: number): Promise<PinnedClient> {
  for (;;) {
    const client = pinnedClient(app.url)
    if ((await numberOf(client)) === number) return client
    client[Symbol.dispose]()
  }
}

/** Sends one slow request after the other until it is stopped, or the worker is gone. */
function keepWorking(client: PinnedClient): () => void {
  const stopping = new AbortController()
  const work = async () => {
    while (!stopping.signal.aborted) await client.get('/work')
  }
  void work().catch(() => {})
  return () => stopping.abort()
}

const events = () => told.map(({ event }) => event)
const beacon = (LCP: number) => ({
  version: beaconVersion,
  device: 'phone',
  connection: '4g',
  views: [{ route: '/', navigation: 'navigate', vitals: { LCP } }],
})

test('what browsers tell one worker is told by every worker', async () => {
  using one = await clientOf(1)
  using two = await clientOf(2)
  for (const LCP of [1_000, 1_000, 1_000]) await one.post(paths.rum, beacon(LCP))
  for (const LCP of [5_000, 5_000]) await two.post(paths.rum, beacon(LCP))
  for (const client of [one, two]) {
    const { all, intake, fleet } = await client.get<Vitals>(paths.vitals)
    expect(fleet).toEqual({ workers: 2, missing: [] })
    expect(all.LCP).toMatchObject({ count: 5, min: 1_000, max: 5_000, mean: 2_600, good: 0.6, poor: 0.4 })
    expect(intake.accepted).toBe(5)
  }
})

test('one alert fires once for all workers, silences are theirs, and it outlives the worker that evaluates', async () => {
  const clients = new Map<number, PinnedClient>()
  for (const number of [1, 2]) clients.set(number, await clientOf(number))
  const both = [...clients.values()]
  const view = (client: PinnedClient) => client.get<Alerts>(paths.alerts)
  const leader = (await view(both[0]!)).worker
  const survivor = clients.get(3 - leader.number!)!
  using second = await clientOf(leader.number!)
  using third = await clientOf(3 - leader.number!)

  // Thirty requests are enough to be judged, the fifteen that each worker sees are not.
  const fifteen = async (client: PinnedClient) => {
    for (let sent = 0; sent < 15; sent++) await client.get('/work')
  }
  await Promise.all([fifteen(second), fifteen(third)])
  await expect.poll(events).toEqual(['firing'])
  const stops = [keepWorking(second), keepWorking(third)]
  for (const client of both) {
    const { alerts, history, worker, fleet } = await view(client)
    expect(worker).toEqual(leader)
    expect(fleet).toEqual({ workers: 2, missing: [] })
    expect(alerts).toMatchObject([{ state: 'firing', route: 'GET /work' }])
    expect(history.filter(({ kind }) => kind === 'firing')).toHaveLength(1)
    const { verdict } = await client.get<Overview>(paths.overview)
    expect(verdict.sentence).toMatch(/^GET \/work: /)
  }
  await survivor.post(paths.alertSilence, { for: '1h', reason: 'of all', route: 'GET /elsewhere' })
  for (const client of both) {
    expect((await view(client)).silences).toMatchObject([{ reason: 'of all' }])
    const { requests, statuses, fleet } = await client.get<RouteDetail>(`${paths.route}?pattern=GET%20/work`)
    expect(fleet).toEqual({ workers: 2, missing: [] })
    expect(requests).toBeGreaterThan(20)
    expect(statuses).toMatchObject([{ status: '200' }])
    const fixes = async () => (await client.get<Overview>(paths.overview)).fixes.map(({ id }) => id)
    await expect.poll(fixes).toContain('uncached-route:GET /work')
  }

  const { firedAt } = (await view(survivor)).alerts[0]!
  process.kill(leader.pid, 'SIGKILL')
  await expect.poll(async () => (await view(survivor)).worker.number).toBe(3 - leader.number!)
  const after = await view(survivor)
  expect(after.silences).toMatchObject([{ reason: 'of all' }])
  expect(after.history.filter(({ kind }) => kind === 'firing')).toHaveLength(1)
  // Its successor is one of those that are asked, and does not evaluate.
  await expect.poll(async () => (await view(survivor)).fleet).toMatchObject({ workers: 2 })
  using back = await clientOf(leader.number!)
  expect(await view(back)).toMatchObject({
    worker: { number: 3 - leader.number! },
    alerts: [{ state: 'firing', firedAt }],
  })
  for (const stop of stops) stop()
  await expect.poll(events).toEqual(['firing', 'resolved'])
  for (const client of both) client[Symbol.dispose]()
})
