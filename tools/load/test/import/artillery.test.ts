import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { loadErrors } from '@hotpath/load'
import { importFile } from '@hotpath/load/import'
import { importArtillery } from '../../src/import/artillery/artillery.ts'
import { ownReasons } from '../own-reasons.ts'
import { runOnce } from './run-imported.ts'

const file = (name: string) => new URL(name, import.meta.url).pathname

const fromText = (text: string, files: Record<string, string> = {}) =>
  importArtillery(text, 'script.yml', {
    environment: { STAGE: 'test' },
    readFile(name) {
      if (name in files) return files[name]!
      throw loadErrors.HP_LOAD_IMPORT_FILE({ given: name, problem: 'ENOENT' })
    },
  })

const script = (flow: string, config = '') => `
config:
  target: http://localhost:3000
${config}
scenarios:
  - flow:
${flow}`

test('two weighted flows in two phases come as they are written', async () => {
  const imported = importFile(file('./care.yml'))
  expect(imported.origin).toBe('http://localhost:3000')
  expect(imported.options.stages).toEqual([
    { duration: 60_000, from: 10, rate: 10 },
    { duration: 120_000, from: 20, rate: 20 },
  ])
  expect(imported.scenarios.map(({ name, weight }) => [name, weight])).toEqual([
    ['Simulation workflow', 70],
    ['Dashboard', 30],
  ])
  expect(imported.notes.filter((note) => note.kind === 'skipped')).toEqual([
    { line: 10, kind: 'skipped', text: 'config.processor: code of a script is not run' },
  ])
  const { asked, result } = await runOnce(imported, { iterations: 40, answer: () => ({}) })
  expect(ownReasons(result)).toEqual([])
  const posts = asked.filter(({ method }) => method === 'POST')
  expect(posts.length).toBeGreaterThan(15)
  expect(posts[0]).toMatchObject({ url: '/api/simulations', headers: { 'content-type': 'application/json' } })
  expect(JSON.parse(posts[0]!.body)).toEqual({
    regionId: 'test-region',
    interventions: [
      { type: 'compensation', amount: 5000 },
      { type: 'noise_reduction', level: 2 },
    ],
  })
  expect(result.endpoints.map(({ name }) => name).sort()).toEqual([
    'GET /api/dashboard',
    'GET /api/regions',
    'POST /api/simulations',
  ])
})

test('variables, payload, templates, captures, loops and conditions fill the requests', async () => {
  const imported = fromText(
    script(
      `
      - post:
          url: /login
          form: { user: '{{ user }}', city: '{{ city }}' }
          capture:
            - json: $.data.token
              as: token
            - header: x-request-id
              as: rid
      - loop:
          - get:
              url: /items/{{ $loopCount }}
              headers: { authorization: 'Bearer {{ token }}', 'x-from': '{{ rid }}' }
              qs: { n: '{{ $randomNumber(5, 5) }}', stage: '{{ $env.STAGE }}' }
        count: 2
      - get: { url: /never, ifTrue: 'token == "other"' }
      - put:
          url: /count
          json: { age: '{{ age }}', text: 'age {{ age }}', id: '{{ $uuid }}' }`,
      `
  variables: { city: [Graz] }
  payload: { path: users.csv, fields: [user, age] }`,
    ),
    { 'users.csv': 'ada,36\n' },
  )
  const { asked } = await runOnce(imported, {
    iterations: 1,
    answer: () => ({ headers: { 'x-request-id': 'r1' }, body: { data: { token: 't1' } } }),
  })
  expect(asked.map(({ method, url }) => `${method} ${url}`)).toEqual([
    'POST /login',
    'GET /items/1?n=5&stage=test',
    'GET /items/2?n=5&stage=test',
    'PUT /count',
  ])
  expect(asked[0]!.body).toBe('user=ada&city=Graz')
  expect(asked[1]!.headers).toMatchObject({ authorization: 'Bearer t1', 'x-from': 'r1' })
  expect(JSON.parse(asked[3]!.body)).toEqual({
    age: 36,
    text: 'age 36',
    id: expect.stringMatching(/^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/),
  })
})

test('a user whose capture finds nothing goes no further, and expectations are counted', async () => {
  const imported = fromText(
    script(`
      - get:
          url: /a
          expect: [{ statusCode: 404 }, { contentType: json }, { hasProperty: missing }]
      - get: { url: /b, capture: { json: $.token, as: token } }
      - get: { url: /c }`),
  )
  const { asked, result } = await runOnce(imported, { iterations: 2, answer: () => ({ status: 404 }) })
  expect(asked.map(({ url }) => url)).toEqual(['/a', '/b', '/a', '/b'])
  expect(result.errorsByKind).toEqual({ 'status 404': 2 })
  expect(result.checks.map(({ name, passed, failed }) => [name, passed, failed])).toEqual([
    ['statusCode 404', 2, 0],
    ['contentType json', 2, 0],
    ['hasProperty missing', 0, 2],
    ['capture token', 0, 2],
  ])
})

test('ensure becomes budgets, and what has no counterpart is listed with its line', () => {
  const { options, notes } = fromText(
    script(
      `
      - get: { url: /a, beforeRequest: sign }
      - function: prepare
      - think: 1`,
      `  plugins: { ensure: {}, metrics-by-endpoint: {} }
  ensure:
    maxErrorRate: 1
    thresholds:
      - http.response_time.p95: 250
      - vusers.failed: 0`,
    ),
  )
  expect(options.budgets).toEqual(['errors <= 1%', 'p95 < 250ms'])
  expect(notes.filter(({ kind }) => kind === 'skipped').map(({ line, text }) => `${line}: ${text}`)).toEqual([
    '4: plugin metrics-by-endpoint: plugins are not run',
    '7: ensure vusers.failed < 0: no figure of ours is the same',
    '13: beforeRequest of a request: not run here',
    '14: function: not a step that runs here',
  ])
})

test.each([
  ['config: [', /script\.yml, line \d+/],
  ['just text', /holds no map/],
  ['config: { target: "http://localhost:1" }\nscenarios: []', /no HTTP scenario/],
  ['config: { target: "ftp://localhost" }\nscenarios: [{ flow: [] }]', /ftp/],
  [
    'a: &a [x, x]\nb: &b [*a, *a, *a, *a, *a, *a]\nc: &c [*b, *b, *b, *b, *b, *b]\nd: [*c, *c, *c, *c, *c]',
    /alias/i,
  ],
])('a script that cannot be read is refused with the reason: %s', (text, message) => {
  expect(() => fromText(text)).toThrow(message)
})

test('a script reads files of its own folder only', () => {
  const text = readFileSync(file('./care.yml'), 'utf8')
  expect(text).toContain('Simulation workflow')
  expect(() => importFile(file('./outside.yml'))).toThrow(/outside the script's folder/)
})

test('a script that is not there is not taken for a file that a script names', () => {
  expect(() => importFile(file('./nobody.yml'))).toThrow(
    expect.objectContaining({ code: 'HP_LOAD_SCRIPT_UNREADABLE' }),
  )
})

test('what nothing sets is told with its line, what something sets is not', () => {
  const { notes } = fromText(
    script(
      `      - get: { url: '/items/{{ id }}', qs: { q: '{{ word }}', z: '{{ user.name }}', '{{ key }}': 1 } }
      - post:
          url: '/orders/{{ order.lines[0] }}'
          json: { at: '{{ $timestamp }}', by: '{{ $env.STAGE }}', of: '{{ $uuid }}', n: '{{ $randomNumber(1, 9) }}' }
          capture: { json: '$.order', as: order }
      - loop: [{ get: { url: '/{{ $loopCount }}/{{ item }}' } }]
        over: ['a', 'b']
        loopElement: item`,
      `  variables: { word: [one, two] }
  payload: { path: users.csv, fields: [user] }`,
    ),
    { 'users.csv': 'ada\n' },
  )
  expect(notes.filter(({ kind }) => kind === 'skipped').map(({ line, text }) => `${line}: ${text}`)).toEqual([
    '8: {{ id }}: nothing sets it, so it is sent as nothing',
    '8: {{ key }}: nothing sets it, so it is sent as nothing',
  ])
})
