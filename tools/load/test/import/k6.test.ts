import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { importFile } from '@hotpath/load/import'
import { importK6 } from '../../src/import/k6/k6.ts'
import { type Asked, runOnce } from './run-imported.ts'

const files: Record<string, string> = { 'users.json': '[{"name":"ada"}]', 'users.csv': 'name,age\nada,36\n' }
const fromText = (text: string, environment: Record<string, string> = {}) =>
  importK6(text, 'script.js', { environment, readFile: (name) => files[name.replace('./', '')]! })

const http = "import http from 'k6/http'\nimport { check, group, sleep, fail } from 'k6'\n"
const skippedIn = ({ notes }: ReturnType<typeof fromText>) =>
  notes.filter(({ kind }) => kind === 'skipped').map(({ line, text }) => `${line}: ${text}`)

test('stages, thresholds, checks and a login token run as they are written', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'hotpath-k6-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  copyFileSync(new URL('./smoke.js.txt', import.meta.url), path.join(folder, 'smoke.js'))
  const imported = importFile(path.join(folder, 'smoke.js'), {
    environment: { BASE_URL: 'http://127.0.0.1:7777' },
  })
  expect(imported.origin).toBe('http://127.0.0.1:7777')
  expect(imported.options).toMatchObject({
    model: 'closed',
    stages: [
      { duration: 30_000, from: 1, users: 10 },
      { duration: 60_000, from: 10, users: 10 },
      { duration: 10_000, from: 10, users: 0 },
    ],
    budgets: ['p95 < 200ms', 'errors < 1%', 'checks > 95%'],
  })
  expect(skippedIn(imported)).toEqual([
    "3: values of the script's own metrics are not kept",
    '18: threshold list_time p(95)<300: no figure of ours is the same',
    '42: handleSummary(): reports are those of this command',
  ])
  const answer = ({ url }: Asked) => ({
    body: url === '/api/auth/login' ? { token: 't1' } : { products: [1] },
  })
  const { asked, result } = await runOnce(imported, { iterations: 2, answer })
  expect(asked.map(({ method, url }) => `${method} ${url}`).slice(0, 2)).toEqual([
    'POST /api/auth/login',
    'GET /api/products',
  ])
  expect(asked[0]!.headers['content-type']).toBe('application/x-www-form-urlencoded')
  expect(asked[0]!.body).toBe('email=demo%40example.org&password=secret')
  expect(asked[1]!.headers.authorization).toBe('Bearer t1')
  expect(result.checks.map(({ name, passed, failed }) => [name, passed, failed])).toEqual([
    ['login is 200', 2, 0],
    ['list is 200', 2, 0],
    ['has products', 2, 0],
  ])
  expect(result.groups.map(({ name }) => name)).toEqual(['products'])
  expect(result.budgets.find(({ text }) => text === 'checks > 95%')).toMatchObject({
    verdict: 'met',
    value: 1,
  })
})

test('setup hands its data to every iteration, which may not change it for others', async () => {
  const imported = fromText(`${http}
    const base = 'http://localhost:1'
    let seen = 0
    export const options = { vus: 1, iterations: 3 }
    export function setup() {
      const response = http.post(base + '/login', JSON.stringify({ user: 'ada' }),
        { headers: { 'Content-Type': 'application/json' } })
      return { token: response.json().token, list: [] }
    }
    export default function (data) {
      seen++
      data.list.push(seen)
      http.get(\`\${base}/items/\${__VU}/\${__ITER}?n=\${data.list.length}\`, { headers: { 'X-Token': data.token } })
    }`)
  expect(imported.options).toMatchObject({ users: 1, iterations: 3 })
  const { asked, result } = await runOnce(imported, {
    iterations: 3,
    answer: () => ({ body: { token: 't9' } }),
  })
  expect(asked.map(({ url }) => url)).toEqual([
    '/login',
    '/items/1/0?n=1',
    '/items/1/1?n=2',
    '/items/1/2?n=3',
  ])
  expect(asked[0]!.body).toBe('{"user":"ada"}')
  expect(asked[3]!.headers['x-token']).toBe('t9')
  expect(result.endpoints.map(({ name }) => name)).toEqual(['GET /items/{__VU}/{__ITER}'])
})

test('batch, feeders, randomness and the language run in the interpreter', async () => {
  const imported = fromText(`${http}
    import { SharedArray } from 'k6/data'
    import { randomIntBetween, randomItem } from 'https://jslib.k6.io/k6-utils/1.4.0/index.js'
    import papaparse from 'https://jslib.k6.io/papaparse/5.1.1/index.js'
    const users = new SharedArray('users', () => JSON.parse(open('./users.json')))
    const rows = papaparse.parse(open('users.csv'), { header: true }).data
    class Nothing {}
    function path(...parts) { return '/' + parts.map((part) => encodeURIComponent(part)).join('/') }
    export default async function () {
      const { name, rest = 'none' } = randomItem(users)
      const [first, { age }] = [1, rows[0]]
      let sum = 0
      for (let i = 0; i < 5; i++) { if (i === 3) continue; sum += i }
      for (const key in { a: 1 }) sum += key.length
      switch (sum) { case 8: sum = 'eight'; break; default: sum = 'other' }
      let caught
      try { null.x } catch (error) { caught = error.message.includes('null') }
      const responses = http.batch([
        ['GET', 'http://localhost:1' + path(name, age, rest)],
        { method: 'PUT', url: 'http://localhost:1/sum', body: JSON.stringify({ sum, caught, n: randomIntBetween(7, 7) }) },
      ])
      const third = await http.asyncRequest('PATCH', 'http://localhost:1/last', 'x', { tags: { name: 'the last' } })
      check(responses, { both: (list) => list.every((r) => r.status === 201) && third?.status === 201 })
      if (responses[0].headers['X-Kind'] !== 'test') fail('no header')
    }`)
  const { asked, result } = await runOnce(imported, {
    iterations: 1,
    answer: () => ({ status: 201, headers: { 'x-kind': 'test' } }),
  })
  const sorted = asked.map(({ method, url }) => `${method} ${url}`).sort()
  expect(sorted).toEqual(['GET /ada/36/none', 'PATCH /last', 'PUT /sum'])
  expect(JSON.parse(asked.find(({ method }) => method === 'PUT')!.body)).toEqual({
    sum: 'eight',
    caught: true,
    n: 7,
  })
  expect(result.checks).toMatchObject([{ name: 'both', passed: 1, failed: 0 }])
  expect(result.endpoints.map(({ name }) => name).sort()).toEqual([
    'GET /ada/:id/none',
    'PUT /sum',
    'the last',
  ])
  expect(skippedIn(imported)).toEqual(['9: ClassDeclaration: outside the static subset'])
}, 20_000)

test('the idioms of everyday scripts run', async () => {
  const imported = fromText(`${http}
    import exec from 'k6/execution'
    import { Rate } from 'k6/metrics'
    const failures = new Rate('failures')
    let token
    const login = () => {
      const { token } = http.post('http://localhost:1/login', '{}').json()
      return token ?? null
    }
    export default () => {
      if (!token) token = login()
      const ids = [...Array(2).fill(2), ...[3, 1]].sort((a, b) => a - b)
      const total = ids.map((id) => id * 2).filter((id) => id > 2).reduce((sum, id) => sum + id, 0)
      const res = http.get(\`http://localhost:1/users/\${exec.vu.idInTest}/\${exec.vu.iterationInInstance}?t=\${total}&at=\${typeof Date.now()}\`,
        { headers: { Authorization: 'Bearer ' + token }, cookies: { theme: 'dark' } })
      check(res, { 'is 200': (r) => r.status === 200, 'is quick': (r) => r.timings.duration < 60000 }) || failures.add(1)
      if (res.cookies.sid[0].value !== 's1' || !/^\\{/.test(res.body) || res.body.length < 2) throw new Error('unexpected')
      sleep(Math.random() * 0.01)
    }`)
  const { asked, result } = await runOnce(imported, {
    iterations: 2,
    answer: () => ({ headers: { 'set-cookie': 'sid=s1; HttpOnly' }, body: { token: 't1' } }),
  })
  expect(asked.map(({ method, url }) => `${method} ${url}`)).toEqual([
    'POST /login',
    'GET /users/1/0?t=14&at=number',
    'GET /users/1/1?t=14&at=number',
  ])
  expect(asked[2]!.headers).toMatchObject({ authorization: 'Bearer t1' })
  expect(asked[1]!.headers.cookie).toContain('theme=dark')
  expect(result.checks.map(({ name, passed, failed }) => [name, passed, failed])).toEqual([
    ['is 200', 2, 0],
    ['is quick', 2, 0],
  ])
})

test('a wrong status and an exception are counted, and the next iteration goes on', async () => {
  const imported = fromText(`${http}
    export default function () {
      const r = http.get('http://localhost:1/a')
      check(r, { ok: (r) => r.status === 200 })
      r.json('x')
      http.get('http://localhost:1/b')
    }`)
  const { asked, result } = await runOnce(imported, {
    iterations: 2,
    answer: () => ({ status: 500, body: 'no JSON' }),
  })
  expect(asked.map(({ url }) => url)).toEqual(['/a', '/a'])
  expect(result.errorsByKind).toEqual({ 'status 500': 2 })
  expect(result.checks.map(({ name, failed }) => [name, failed])).toEqual([
    ['ok', 2],
    ['threw: the answer to GET /a is not JSON', 2],
  ])
})

test('executors become stages of one model, and another model is skipped with its line', () => {
  const imported = fromText(`${http}
    export const options = {
      scenarios: {
        reads: { executor: 'constant-arrival-rate', rate: 600, timeUnit: '1m', duration: '1m', preAllocatedVUs: 5 },
        writes: { executor: 'ramping-arrival-rate', startRate: 0, stages: [{ duration: '30s', target: 20 }],
          startTime: '30s', exec: 'write' },
        users: { executor: 'constant-vus', vus: 5, duration: '1m' },
      },
    }
    export function write() { http.post('http://localhost:1/w') }
    export default function () { http.get('http://localhost:1/r') }`)
  expect(imported.options).toMatchObject({
    model: 'open',
    stages: [
      { duration: 30_000, from: 10, rate: 10 },
      { duration: 30_000, from: 10, rate: 30 },
    ],
  })
  expect(imported.scenarios.map(({ name, weight }) => [name, weight])).toEqual([
    ['reads', 600],
    ['writes', 300],
  ])
  expect(skippedIn(imported)).toEqual(['9: scenario users: a run has one kind of executor, that of reads'])
})

test('a script cannot reach JavaScript, files or the process', async () => {
  const imported = fromText(`${http}
    export default function () {
      const found = []
      const tries = [
        () => ''.constructor, () => [].constructor, () => ({}).constructor, () => ({}).__proto__,
        () => check.constructor, () => check.prototype, () => JSON.parse.constructor, () => http.get.call,
        () => typeof process, () => typeof require, () => typeof globalThis, () => typeof Function,
        () => typeof eval, () => 'a'['con' + 'structor'], () => (function () { return typeof this })(),
      ]
      for (const one of tries) { const value = one(); found.push(value === undefined ? 'undefined' : value) }
      const polluted = JSON.parse('{"__proto__": {"polluted": true}}')
      const copy = Object.assign({}, polluted)
      http.post('http://localhost:1/x', JSON.stringify({ found, polluted: ({}).polluted === undefined, copy: copy.polluted }))
    }`)
  const { asked } = await runOnce(imported, { iterations: 1, answer: () => ({}) })
  const { found, polluted, copy } = JSON.parse(asked[0]!.body) as Record<string, unknown>
  expect(new Set(found as string[])).toEqual(new Set(['undefined']))
  expect([polluted, copy]).toEqual([true, undefined])
  expect(({} as Record<string, unknown>).polluted).toBeUndefined()
})

test('a script that would run for ever ends the run with the reason', async () => {
  const imported = fromText(`${http}
    export default function () { while (true) { sleep(0) } }`)
  await expect(runOnce(imported, { iterations: 1, answer: () => ({}) })).rejects.toThrow(/million turns/)
  const deep = fromText(`${http}
    function again(n) { return again(n + 1) }
    export default function () { again(0) }`)
  await expect(runOnce(deep, { iterations: 1, answer: () => ({}) })).rejects.toThrow(/million turns/)
})

test.each([
  ['export default function () {', /script\.js, line 1/],
  ["import http from 'k6/http'\nexport const options = {}", /exports no function default/],
  ["import http from 'k6/http'\nhttp.get('http://localhost:1')\nexport default () => {}", /before the run/],
])('a script that cannot be run is refused with the reason', (text, message) => {
  expect(() => fromText(text)).toThrow(message)
})
