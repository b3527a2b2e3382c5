import type { Timeline } from '@hotpath/core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Question } from '../src/civicq.ts'
import { hotpath, startApp, type Started } from '../src/command.ts'
import { pinnedClient, type PinnedClient } from '../src/pinned-client.ts'
import { scratchFolder } from '../src/scratch.ts'

interface Stats {
  worker: { pid: number; number: number }
}

const environment = { DATABASE_URL: '', REDIS_URL: '', HOTPATH: 'on', HOTPATH_TOKEN: '' }
const folder = scratchFolder()
let app: Started

beforeAll(async () => {
  app = await startApp(['civicq', '--workers', '2', '--scale', '0.02', '--no-visitors'], {
    ...environment,
    HOTPATH_FOLDER: folder.path,
  })
})
afterAll(async () => {
  await app.stop()
  folder[Symbol.dispose]()
})

const workerOf = async (client: PinnedClient) => (await client.get<Stats>('/_hotpath/api/cache')).worker

/** A client for each worker. */
async function oneOfEach(): Promise<Disposable & { here: PinnedClient; there: PinnedClient }> {
  const here = pinnedClient(app.url)
  const { number } = await workerOf(here)
  for (;;) {
    const there = pinnedClient(app.url)
    const isAnother = (await workerOf(there)).number !== number
    const dispose = () => [here, there].forEach((client) => client[Symbol.dispose]())
    if (isAnother) return { here, there, [Symbol.dispose]: dispose }
    there[Symbol.dispose]()
  }
}

const best = async (client: PinnedClient, contest: number) =>
  (await client.get<{ data: Question[] }>(`/api/contests/${contest}/questions?sort=top&limit=50`)).data

test('a vote in one worker is seen by the next read in the other, and whoever signed in is known to both', async () => {
  using clients = await oneOfEach()
  const { here, there } = clients
  const [question] = await best(here, 1)
  expect(await best(there, 1)).toContainEqual(question)
  const credentials = { email: 'voter-1@civicq.example', password: 'civicq-demo' }
  const { token } = await there.post<{ token: string }>('/api/auth/login', credentials)
  let score = question!.score
  for (const value of [-1, 1, 0, -1]) {
    const path = `/api/questions/${question!.id}/vote`
    score = (await here.post<{ score: number }>(path, { value }, token)).score
    const seen = async () => (await best(there, 1)).find(({ id }) => id === question!.id)?.score
    await expect.poll(seen, { interval: 5 }).toBe(score)
    expect((await there.get<Question>(`/api/questions/${question!.id}`)).score).toBe(score)
  }
})

test('warming, explaining, figures and purging from the command line', async () => {
  const on = (...args: string[]) => hotpath(['cache', ...args, '--origin', app.url], environment)
  const warmed = await on('warm', 'cities', '--concurrency', '2', '--json')
  const outcome = JSON.parse(warmed.stdout) as { tasks: { name: string; done: number; failed: number }[] }
  expect([warmed.code, outcome.tasks.map(({ name, failed }) => [name, failed])]).toEqual([0, [['cities', 0]]])
  expect(outcome.tasks[0]!.done).toBeGreaterThan(1)
  // What one worker loaded, each of them finds.
  for (let index = 0; index < 2; index++) {
    const { stdout } = await on('explain', 'cities', '--json')
    const found = JSON.parse(stdout) as { redis: { state: string }; namespace: string; worker: object }
    expect(found).toMatchObject({ namespace: 'civicq', redis: { state: 'fresh' }, worker: {} })
  }
  const explained = await on('explain', 'cities')
  expect(explained.stdout).toMatch(/^cities in civicq: Served from/)
  expect(explained.stdout).toMatch(/Worker [12] \(process \d+\)/)
  expect((await on('explain', 'cities', '--namespace', 'elsewhere')).stderr).toContain('among civicq')
  expect((await on('warm', 'towns')).stderr).toContain('cities, ballots, contests')
  const figures = await on('stats')
  expect(figures.stdout).toContain('Key group')
  expect((await on('purge', '--pattern', 'cities')).code).toBe(0)
  const after = JSON.parse((await on('explain', 'cities', '--json')).stdout) as { redis: { state: string } }
  expect(after.redis?.state ?? 'absent').not.toBe('fresh')
})

test('the cache of a route is turned off and on in all workers', async () => {
  const turn = (cache: string) =>
    hotpath(['cache', cache, 'GET /api/cities', '--origin', app.url, '--json'], environment)
  const { code, stdout } = await turn('off')
  expect([code, JSON.parse(stdout)]).toMatchObject([0, { processes: 2, off: ['GET /api/cities'] }])
  using clients = await oneOfEach()
  for (const client of [clients.here, clients.there]) {
    const off = async () => (await client.get<{ off: string[] }>('/_hotpath/api/cache')).off
    await expect.poll(off).toEqual(['GET /api/cities'])
  }
  expect(JSON.parse((await turn('on')).stdout)).toMatchObject({ processes: 2, off: [] })
  expect(
    (await hotpath(['cache', 'off', 'GET /nowhere', '--origin', app.url], environment)).stderr,
  ).toContain('GET /nowhere')
})

test('whichever worker is asked, metrics and overview are those of all', async () => {
  using clients = await oneOfEach()
  const { here, there } = clients
  const both = { workers: 2, missing: [] }
  for (const client of [here, there]) {
    await client.get('/api/cities')
    expect((await client.get<{ fleet: object }>('/_hotpath/api/overview')).fleet).toEqual(both)
    const { fleet, points } = await client.get<Timeline>('/_hotpath/api/timeline?route=GET%20/api/cities')
    expect(fleet).toEqual(both)
    expect(points.reduce((sum, { requests }) => sum + requests, 0)).toBeGreaterThan(0)
  }
  const countOf = async () => {
    const page = await (await fetch(`${app.url}/metrics`)).text()
    expect(page).toContain('hotpath_fleet_workers 2')
    return Number(
      /http_requests_total\{method="GET",route="\/api\/cities",status="200"\} (\d+)/.exec(page)?.[1],
    )
  }
  const before = await countOf()
  for (const client of [here, there, there]) await client.get('/api/cities')
  // A worker counts a request when its answer has gone: another may be asked sooner.
  await expect.poll(countOf).toBe(before + 3)
})

test('a worker that is killed is replaced, and the port stays open', async () => {
  const [pid] = app.workers!
  process.kill(pid!, 'SIGKILL')
  // A connection that node:cluster hands to a worker in the moment of its death is never answered.
  const answering = async (): Promise<number | undefined> => {
    const signal = AbortSignal.timeout(1_000)
    const response = await fetch(`${app.url}/_hotpath/api/cache`, {
      headers: { connection: 'close' },
      signal,
    })
    return ((await response.json()) as Stats).worker.pid
  }
  const seen = new Set<number | undefined>()
  await expect
    .poll(
      async () => {
        seen.add(await answering().catch(() => undefined))
        return [...seen].filter((one) => one !== undefined && !app.workers!.includes(one)).length
      },
      { timeout: 60_000 },
    )
    .toBe(1)
  using client = pinnedClient(app.url)
  expect((await best(client, 1)).length).toBeGreaterThan(0)
})

test('SIGTERM ends everything that was started', async () => {
  const pids = async () => {
    using client = pinnedClient(app.url)
    return (await workerOf(client)).pid
  }
  const running = [app.pid, ...app.workers!.slice(1), await pids()]
  expect(await app.stop('SIGTERM')).toBe(0)
  const alive = (pid: number) => {
    try {
      return process.kill(pid, 0)
    } catch {
      return false
    }
  }
  await expect.poll(() => running.filter(alive)).toEqual([])
  await expect(fetch(app.url)).rejects.toThrow('fetch failed')
})
