import { spawn } from 'node:child_process'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { expect, test } from 'vitest'

const statement = {
  fingerprint: 'a1',
  sql: 'select *\n  from questions where id = $1',
  kind: 'read',
  tables: ['questions'],
  calls: 1200,
  errors: 0,
  rows: 1200,
  totalMs: 2400,
  meanMs: 2,
  p50Ms: 1,
  p95Ms: 8,
  p99Ms: 30,
  maxMs: 180,
  meanWaitMs: 0.1,
  routes: [{ name: 'GET /api/questions/:id', calls: 1200, totalMs: 2400 }],
  sites: [{ name: 'src/api/questions.ts:31', calls: 9, totalMs: 20 }],
  plan: {
    durationMs: 180,
    at: 0,
    plan: { 'Node Type': 'Limit', Plans: [{ 'Node Type': 'Seq Scan', 'Relation Name': 'questions' }] },
  },
}
const repeat = {
  ...statement,
  route: 'GET /api/ballots',
  site: 'src/api/ballots.ts:12',
  requests: 10,
  statements: 120,
  perRequest: 12,
  most: 20,
  identical: 0,
  varying: [1],
  suggestion: 'select * from questions where id = any($1)',
}
const pool = {
  max: 10,
  waiting: 0,
  perSecond: 40,
  holdMs: { mean: 50, p95: 90, max: 100 },
  waitMs: { mean: 1, p50: 1, p95: 2, p99: 12, max: 20 },
  saturation: 0.031,
  timeouts: 3,
  leaks: [{ site: 'src/api/votes.ts:40', stack: '', heldMs: 45_000 }],
}
const sizing = {
  size: 4,
  instances: 3,
  total: 12,
  maxConnections: 100,
  fits: true,
  inUse: 2,
  available: 90,
  waitChance: 0.01,
}
const seen = {
  pool,
  sizing,
  worker: { pid: 7, number: 1 },
  kind: 'postgres',
  statements: [statement, statement],
  repeats: [repeat],
}

async function run(...args: string[]) {
  const asked: string[] = []
  const server = createServer((request, response) => {
    asked.push(`${request.url} ${request.headers.authorization}`)
    response.end(JSON.stringify(seen))
  }).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const main = new URL('../src/main.ts', import.meta.url).pathname
  const child = spawn(process.execPath, [main, 'db', ...args, '--origin', origin], {
    env: { ...process.env, HOTPATH_TOKEN: 'a-token-of-this-test' },
  })
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve))
  const [stdout, code] = await Promise.all([text(child.stdout), ended])
  server.close()
  return { stdout, code, asked }
}

test('db slow shows the statements with their cost, routes, lines of code and plans', async () => {
  const { stdout, code, asked } = await run('slow')
  expect(asked).toEqual(['/_hotpath/api/database Bearer a-token-of-this-test'])
  expect(code).toBe(0)
  expect(stdout).toMatch(/1,200 +2\.4s +50\.0% +2ms +8ms +180ms/)
  expect(stdout).toContain('1. select * from questions where id = $1')
  expect(stdout).toContain('GET /api/questions/:id (1,200)')
  expect(stdout).toContain('src/api/questions.ts:31')
  expect(stdout).toContain('Limit ► Seq Scan on questions')
  expect(stdout).toContain('2.0 of 10 connections in use on average, all of them 3.1% of the time')
  expect(stdout).toContain(
    "By this load: 4 connections in each of 3 processes, 12 of the server's max_connections (100). That fits.",
  )
  expect(stdout).toContain('Not given back for 45s: taken at src/api/votes.ts:40')
})

test('db n1 shows what is repeated, where, and what to send instead', async () => {
  const { stdout } = await run('n1')
  expect(stdout).toContain('GET /api/ballots, at src/api/ballots.ts:12')
  expect(stdout).toContain('12.0 statements per request (at most 20), 120 in 10 requests')
  expect(stdout).toContain('instead  select * from questions where id = any($1)')
})

test('both print one JSON document, of as many rows as were asked for', async () => {
  const slow = await run('slow', '--json', '--limit', '1')
  expect(JSON.parse(slow.stdout)).toEqual({
    worker: seen.worker,
    kind: 'postgres',
    pool,
    sizing,
    statements: [statement],
  })
  const n1 = await run('n1', '--json')
  expect(JSON.parse(n1.stdout)).toEqual({ worker: seen.worker, kind: 'postgres', repeats: [repeat] })
})
