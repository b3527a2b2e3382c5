import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { type LoadComparison, type LoadRun, type Loads, paths } from '@hotpath/core'
import type { Monitor } from '@hotpath/monitor'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type LoadControls, openLoads } from '../../src/loads/load-controls.ts'
import { loadPaths } from '../../src/loads/load-paths.ts'
import type { Answer } from '../../src/respond.ts'
import { samplePath } from '../../src/sample-path.ts'

const workspace = path.resolve(import.meta.dirname, '../../../..')
const project = mkdtempSync(path.join(tmpdir(), 'hotpath-loads-'))
const folder = path.join(project, 'data')
let loads: LoadControls
let server: Server
let origin: string
let asked = 0

const scenarios = `
import { defineScenarios } from '@hotpath/load'
import { route } from '@hotpath/core'
export const scenarios = defineScenarios([route('GET /item')], ({ request }) => ({
  read: { run: () => request('GET /item') },
  broken: { setup: () => { throw new Error('the shop is closed') }, run: () => request('GET /item') },
}))`

beforeAll(async () => {
  mkdirSync(path.join(project, 'apps/shop'), { recursive: true })
  writeFileSync(path.join(project, 'package.json'), '{ "type": "module", "workspaces": ["apps/*"] }')
  writeFileSync(path.join(project, 'apps/shop/app.ts'), '')
  writeFileSync(path.join(project, 'apps/shop/scenarios.ts'), scenarios)
  symlinkSync(path.join(workspace, 'node_modules'), path.join(project, 'node_modules'))
  loads = openLoads({ app: 'shop', folder, token: null, project })
  const monitor = {
    samples: () => ({ now: Date.now(), cores: 2, machineCores: 2, poolSize: null, samples: [] }),
  }
  const answers: Record<string, Answer> = {
    ...loadPaths(loads),
    ...samplePath(monitor as unknown as Monitor, { pid: process.pid, number: null }),
  }
  server = createServer((request, response) => {
    const answer = answers[`${request.method} ${request.url!.split('?')[0]}`]
    if (!answer) {
      asked += 1
      response.end('item')
      return
    }
    Promise.resolve(answer(request, response, { role: 'administrator', by: 'this machine' })).catch(
      (error: Error) => {
        response.writeHead(400).end(JSON.stringify({ detail: error.message }))
      },
    )
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})

afterAll(async () => {
  await loads.close()
  server.close()
  rmSync(project, { recursive: true })
})

const get = async <T>(where: string): Promise<T> => (await (await fetch(origin + where)).json()) as T
const list = () => get<Loads>(paths.loads)
const post = async (where: string, body: object = {}) => {
  // What a request says of its own host must not choose whom the load goes to.
  const headers = { 'content-type': 'application/json', 'x-forwarded-host': 'victim.example' }
  const response = await fetch(origin + where, { method: 'POST', headers, body: JSON.stringify(body) })
  return { status: response.status, text: await response.text() }
}
const until = { timeout: 30_000, interval: 100 }
const begin = { scenario: 'read', rate: 50, durationMs: 1_000, budgets: ['p95 < 10s'] }

test('what cannot be run is refused before anything is started', async () => {
  expect(await list()).toMatchObject({ whyNot: '', scenarios: ['read', 'broken'], current: null, runs: [] })
  for (const [wrong, says] of [
    [{ scenario: 'http://victim.example/' }, 'there is no scenario'],
    [{ scenario: '../shop/read' }, 'among read, broken'],
    [{ rate: 1e9 }, 'rate'],
    [{ durationMs: 86_400_000 }, 'durationMs'],
    [{ budgets: ['fast'] }, 'fast'],
    [{ budgets: Array.from({ length: 11 }, () => 'p95 < 1s') }, 'at most 10'],
  ] as const) {
    const { status, text } = await post(paths.loadStart, { ...begin, ...wrong })
    expect([status, text]).toEqual([400, expect.stringContaining(says) as string])
  }
  expect(await list()).toMatchObject({ current: null, runs: [] })
})

test('a run is started, is the only one, and is kept with its histogram and budgets', async () => {
  expect(await post(paths.loadStart, begin)).toMatchObject({ status: 202 })
  expect((await post(paths.loadStart, begin)).text).toContain('A load run is under way')
  // Another process of the application sees it too.
  const elsewhere = openLoads({ app: 'shop', folder, token: null, project })
  expect((await elsewhere.list()).current).toMatchObject({ scenario: 'read', rate: 50, isStopping: false })
  await expect.poll(async () => (await list()).runs.length, until).toBe(1)
  const { runs, current } = await list()
  expect(current).toBeNull()
  expect(runs[0]).toMatchObject({ scenario: 'read', rate: 50, durationMs: 1_000, errors: 0 })
  expect(['VALID', 'INVALID']).toContain(runs[0]!.verdict)
  expect(asked).toBeGreaterThanOrEqual(runs[0]!.requests)
  const run = await get<LoadRun>(`${paths.loadRun}?id=${runs[0]!.id}`)
  expect(run.budgets).toEqual([{ text: 'p95 < 10s', verdict: 'met', value: expect.any(Number) as number }])
  expect(run.histogram.reduce((sum, { count }) => sum + count, 0)).toBe(run.requests)
  expect(run.endpoints[0]).toMatchObject({ name: 'GET /item', requests: run.requests })
  expect(run.server).toMatchObject({ processes: 1, cores: 2 })
  const marker = { at: run.startedAt, kind: 'load', text: 'Load run of read at 50/s for 1s' }
  expect(loads.markers()).toEqual([marker])
  await expect.poll(() => elsewhere.markers()).toEqual([marker])
})

test('a run is watched, stopped by another process, and keeps what it has', async () => {
  await post(paths.loadStart, { ...begin, durationMs: 600_000 })
  // Those of the warm-up are counted while it is watched, and are no part of the result.
  const measured = async () => {
    const reports = (await list()).current?.progress.filter(({ phase }) => phase === 'measuring') ?? []
    return reports.length === 0 ? 0 : reports.at(-1)!.requests - reports[0]!.requests
  }
  await expect.poll(measured, until).toBeGreaterThan(0)
  const elsewhere = openLoads({ app: 'shop', folder, token: null, project })
  expect(elsewhere.stop()).toBe(true)
  await expect.poll(async () => (await list()).current, until).toBeNull()
  const [stopped] = (await list()).runs
  expect(stopped).toMatchObject({ scenario: 'read' })
  // A busy machine may have made it INVALID before.
  expect(['ABORTED', 'INVALID']).toContain(stopped!.verdict)
  expect(stopped!.requests).toBeGreaterThan(0)
  expect(await post(paths.loadStop)).toEqual({ status: 200, text: '{"stopped":false}' })
})

test('a run that cannot begin says why', async () => {
  await post(paths.loadStart, { ...begin, scenario: 'broken' })
  await expect
    .poll(async () => (await list()).runs[0], until)
    .toMatchObject({ verdict: 'FAILED', scenario: 'broken' })
  expect((await list()).runs[0]!.reasons[0]).toContain('the shop is closed')
})

test('runs are compared by their ids, which name no other file', async () => {
  const { runs } = await list()
  const { id } = runs.at(-1)!
  const compared = await get<LoadComparison>(`${paths.loadCompare}?a=${id}&b=${id}`)
  expect(compared.a).toMatchObject([{ id }])
  expect(compared.metrics.find(({ name }) => name === 'p95')).toMatchObject({ ratio: 1 })
  expect(compared.notes.join(' ')).toContain('no interval')
  writeFileSync(path.join(project, 'secret.json'), JSON.stringify(runs[0]))
  for (const other of ['../secret', '..%2Fsecret', 'nothing', '', 'under-way'])
    expect((await fetch(`${origin}${paths.loadRun}?id=${other}`)).status).toBe(404)
  expect((await fetch(`${origin}${paths.loadCompare}?a=${id}&b=../secret`)).status).toBe(400)
  expect(readdirSync(path.join(folder, 'under-way'))).toEqual([])
})

test('a project without the command says so, and still shows its runs', async () => {
  const bare = openLoads({ app: 'shop', folder, token: null, project: tmpdir() })
  const { whyNot, runs } = await bare.list()
  expect(whyNot).toContain('not installed')
  expect(runs.length).toBeGreaterThan(0)
})
