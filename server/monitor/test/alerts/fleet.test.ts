import { parseBudget, route } from '@hotpath/core'
import { expect, onTestFinished, test } from 'vitest'
import type { AlertState } from '../../src/alerts/alert-state.ts'
import { type History, noHistory } from '../../src/alerts/history-file.ts'
import type { AlertRecord } from '../../src/alerts/records.ts'
import { type Message, type Sink } from '../../src/alerts/sinks.ts'
import { watchAlerts } from '../../src/alerts/watch-alerts.ts'
import { bucketBounds } from '../../src/buckets.ts'
import { readPromises } from '../../src/promises.ts'
import { createRequestMetrics } from '../../src/request-metrics.ts'
import { publishRequest, publishStatement } from '../published.ts'

const time = { now: 1_700_000_000_000 }
const rule = 'latency:GET /a:p95 < 50ms'
const pattern = 'GET /a'
const carry = <T>(plain: T): T => JSON.parse(JSON.stringify(plain)) as T
const promises = readPromises([route('GET /a', { budget: 'p95 < 50ms' })], [])

/** A process that has heard what is published while `play` runs, and nothing since. */
function processAfter(play: () => void, sink?: Sink) {
  const metrics = createRequestMetrics({
    boundsMs: bucketBounds([parseBudget('p95 < 50ms')]),
    clock: () => time.now,
  })
  const watch = watchAlerts({
    app: 'shop',
    version: '1',
    promises,
    requests: metrics,
    // Looked at by hand.
    timing: { every: '1h', hold: '0s', clear: '10s', share: [{ long: '1m', short: '15s', times: 2 }] },
    sinks: sink ? [sink] : [],
    standby: true,
    clock: () => time.now,
  })
  time.now += 1_000
  play()
  time.now += 16_000
  metrics.close()
  onTestFinished(() => watch.close())
  return watch
}

const never = () => new Promise<null>(() => {})
const alone = { history: noHistory, state: null, others: never, keep() {} }
const slow = (times: number) => () => publishRequest({ route: pattern, durationMs: 80 }, times)

function recorder() {
  const messages: Message[] = []
  const state = () =>
    ({ kind: 'log', target: 'test', sent: 0, failed: 0, dropped: 0, waiting: 0, problem: null }) as const
  const sink: Sink = {
    send: (message) => void messages.push(message),
    test: async () => null,
    state,
    close() {},
  }
  return { sink, told: () => messages.map(({ event }) => event) }
}

test('what is too little of each process alone is judged on the sum', () => {
  const others = [processAfter(slow(8)), processAfter(slow(8))]
  const first = processAfter(slow(8))
  const engine = first.lead(alone)
  const asked = engine.question()
  const stateOf = () => engine.view().rules.find(({ id }) => id === rule)!

  engine.look(asked, [first.share(asked)])
  expect(stateOf()).toMatchObject({ state: 'too few requests', requests: 8 })
  engine.look(asked, [first.share(asked), ...others.map((other) => carry(other.share(asked)))])
  expect(stateOf()).toMatchObject({ state: 'firing', requests: 24, value: 1 })
  expect(engine.firing()[0]!.sentence).toContain('100 % of requests take longer than 50 ms')
})

test('the slow requests of one process are a small share of the whole', () => {
  const ill = processAfter(slow(30))
  const well = processAfter(() => publishRequest({ route: pattern, durationMs: 5 }, 970))
  const engine = well.lead(alone)
  const asked = engine.question()
  engine.look(asked, [well.share(asked), carry(ill.share(asked))])
  expect(engine.view().rules.find(({ id }) => id === rule)).toMatchObject({ state: 'ok', value: 0.03 })
})

test('the cause of an alert is found where the time went: in the other process', () => {
  const facts = { fingerprint: 'f', sql: 'select * from votes', kind: 'read', tables: ['votes'] } as const
  const other = processAfter(() => {
    for (let count = 0; count < 30; count++) {
      publishStatement({ route: pattern, durationMs: 75, facts: { ...facts, tables: ['votes'] } as never })
      publishRequest({ route: pattern, durationMs: 80, cache: 'miss' })
    }
  })
  const first = processAfter(() => {})
  const engine = first.lead(alone)
  for (let looks = 0; looks < 2; looks++) {
    const asked = engine.question()
    engine.look(asked, [first.share(asked), carry(other.share(asked))])
  }
  expect(engine.firing()[0]!.sentence).toMatch(/because of the database: statements on votes take 93.8 %/)
})

test('whoever evaluates next tells nothing again, loses nothing of the history, and ends what it did not begin', () => {
  const [before, after] = [recorder(), recorder()]
  let kept: AlertState | undefined
  const first = processAfter(slow(40), before.sink)
  const engine = first.lead({ ...alone, keep: (state) => void (kept = carry(state)) })
  const asked = engine.question()
  engine.look(asked, [first.share(asked)])
  engine.silence({ rule: null, route: 'GET /b', forMs: 60_000, reason: 'a test' })
  expect(before.told()).toEqual(['firing'])

  // Killed: of its history nothing was written but the silence's event.
  const written: AlertRecord[] = kept!.records.filter(
    ({ record, ...rest }) => record === 'event' && 'kind' in rest && rest.kind === 'silenced',
  )
  const added: AlertRecord[] = []
  const history: History = { ...noHistory, records: written, add: (record) => void added.push(record) }
  const second = processAfter(slow(40), after.sink)
  const successor = second.lead({ ...alone, history, state: kept! })
  expect(added.map(({ record }) => record).sort()).toEqual(['event', 'silence'])
  const next = successor.question()
  successor.look(next, [second.share(next)])
  expect(after.told()).toEqual([])
  const { alerts, silences, history: events } = successor.view()
  expect(alerts).toMatchObject([{ id: rule, state: 'firing' }])
  expect(silences).toMatchObject([{ reason: 'a test' }])
  expect(events.map(({ kind }) => kind).sort()).toEqual(['firing', 'silenced'])

  time.now += 120_000
  for (let looks = 0; looks < 2; looks++) {
    const calm = successor.question()
    successor.look(calm, [second.share(calm)])
    time.now += 10_000
  }
  expect(after.told()).toEqual(['resolved'])
})

test('one that is to evaluate no longer stops', async () => {
  const watch = processAfter(() => {})
  watch.lead({ ...alone, others: async () => null })
  await expect.poll(() => watch.engine).toBeNull()
})
