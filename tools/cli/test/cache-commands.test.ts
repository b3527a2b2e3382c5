import { spawn } from 'node:child_process'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterEach, expect, test } from 'vitest'

let server: Server | undefined
afterEach(() => {
  server?.closeAllConnections()
  server?.close()
})

/** Runs `hotpath cache …` against an application that answers so; what it was asked is in `asked`. */
async function run(args: readonly string[], listener: RequestListener) {
  const asked: { method: string; url: string; authorization: string | undefined; body: string }[] = []
  server = createServer((request, response) => {
    void text(request).then((body) => {
      const { method = '', url = '', headers } = request
      asked.push({ method, url, authorization: headers.authorization, body })
      listener(request, response)
    })
  }).listen(0, '127.0.0.1')
  await new Promise((resolve) => server!.once('listening', resolve))
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const main = new URL('../src/main.ts', import.meta.url).pathname
  const child = spawn(process.execPath, [main, 'cache', ...args, '--origin', origin], {
    env: { ...process.env, HOTPATH_TOKEN: 'a-token-of-this-test' },
  })
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve))
  const [stdout, stderr, code] = await Promise.all([text(child.stdout), text(child.stderr), ended])
  return { stdout, stderr, code, asked }
}

const answer = (value: unknown, status = 200): RequestListener => {
  return (_request, response) => void response.writeHead(status).end(JSON.stringify(value))
}

const worker = { pid: 4242, number: 2 }
const step = { name: 'cities', done: 3, total: 4, failed: 1, skipped: 1 }
const outcome = { worker, tasks: [{ ...step, done: 4 }], errors: ['cities x: no such city'], aborted: false }

test('warm asks for what is named, and ends with 1 where loads failed', async () => {
  const lines: RequestListener = (_request, response) => {
    // Cut where it may be cut: within a line.
    const all = `${JSON.stringify(step)}\n${JSON.stringify(outcome)}\n`
    response.write(all.slice(0, 20))
    setImmediate(() => response.end(all.slice(20)))
  }
  const ran = await run(['warm', 'cities', '--concurrency', '4'], lines)
  expect(ran.asked).toEqual([
    {
      method: 'POST',
      url: '/_hotpath/api/cache/warm',
      authorization: 'Bearer a-token-of-this-test',
      body: '{"names":["cities"],"concurrency":4}',
    },
  ])
  expect(ran.code).toBe(1)
  expect(ran.stdout.split('\n')[2]).toMatch(/^cities +4 +2 +1 +1$/)
  expect(ran.stderr).toContain('✗ cities x: no such city')
})

test('warm --json prints the outcome alone', async () => {
  const good = { ...outcome, tasks: [{ ...step, done: 4, failed: 0 }], errors: [] }
  const ran = await run(['warm', '--json'], (_request, response) => {
    response.end(`${JSON.stringify(step)}\n${JSON.stringify(good)}\n`)
  })
  expect([ran.code, JSON.parse(ran.stdout)]).toEqual([0, good])
  expect(ran.asked[0]!.body).toBe('{}')
})

test('a warming that breaks off is no success', async () => {
  const ran = await run(['warm'], (_request, response) => {
    response.write(`${JSON.stringify(step)}\n`, () => response.destroy())
  })
  expect([ran.code, ran.stdout]).toEqual([4, ''])
  expect(ran.stderr).toContain('HP_SERVER_UNREACHABLE')
})

test('what the application refuses is said in its words', async () => {
  const ran = await run(['warm', 'towns'], answer({ status: 400, detail: 'There is no task "towns".' }, 400))
  expect([ran.code, ran.stdout]).toEqual([4, ''])
  expect(ran.stderr).toContain('cannot do this: There is no task "towns".')
})

const copy = {
  state: 'fresh',
  freshForMs: 60_000,
  staleForMs: 120_000,
  keptForMs: 120_000,
  asOf: 7,
  loadMs: 12,
  tags: ['ballot:1', 'city:2'],
}

test('explain says where a value lies, for how long, and what it depends on', async () => {
  const verdict = 'Served from Redis: not in memory.'
  const found = { key: 'ballot:1', namespace: 'shop', verdict, memory: null, redis: copy, worker }
  const ran = await run(['explain', 'ballot:1 & more', '--namespace', 'shop'], answer(found))
  expect(ran.asked[0]!.url).toBe('/_hotpath/api/cache/explain?key=ballot%3A1+%26+more&namespace=shop')
  expect(ran.stdout).toBe(
    `ballot:1 in shop: ${verdict}

  Memory    nothing
  Redis     fresh, fresh for 1m, stale until 2m from now
  Tags      ballot:1, city:2
  Its load  took 12ms
  Asked     Worker 2 (process 4242); each worker answers for itself
`,
  )
  const json = await run(['explain', 'ballot:1', '--json'], answer(found))
  expect(JSON.parse(json.stdout)).toEqual(found)
})

test('stats prints hits by tier and misses by reason, by namespace and key group', async () => {
  const group = {
    name: 'ballot',
    hits: { memory: 1_200, redis: 34 },
    staleHits: 5,
    misses: { absent: 6, expired: 7, invalidated: 8, unreachable: 9, corrupt: 10 },
    loads: 40,
    loadErrors: 2,
    loadMs: 400,
    sharedLoads: 99,
    bytes: 0,
  }
  const objects = [{ namespace: 'shop', hits: 3, misses: 1, loadMs: { mean: 10, p95: 20 }, groups: [group] }]
  const ran = await run(
    ['stats'],
    answer({ worker, http: { hits: 1, bytes: 2048 }, off: ['GET /slow'], objects }),
  )
  expect(ran.stdout).toContain('Worker 2 (process 4242)')
  expect(ran.stdout).toContain('Turned off: GET /slow')
  expect(ran.stdout).toContain('Objects (shop)')
  expect(ran.stdout).toMatch(/^ballot +1,200 +34 +5 +40 +2 +10ms +99$/m)
  expect(ran.stdout).toMatch(/^ballot +6 +7 +8 +9 +10$/m)
})

test('a purge that the other processes have not heard of says so, and ends with 2', async () => {
  const ran = await run(
    ['purge', '--tag', 'a'],
    answer({ purged: { tags: ['a'] }, acknowledged: false, worker }),
  )
  expect([ran.code, ran.stdout]).toEqual([2, 'Purged a.\n'])
  expect(ran.stderr).toContain('It tells the others when Redis is back')
})

test.each(['stats', 'purge', 'warm', 'explain'])('cache %s --help shows an example', async (name) => {
  const ran = await run([name, '--help'], answer({}))
  expect([ran.code, ran.asked]).toEqual([0, []])
  expect(ran.stdout).toContain(`$ npx hotpath cache ${name}`)
})
