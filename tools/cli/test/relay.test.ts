import type { FleetMessage, FleetOrder } from '@hotpath/app'
import { expect, onTestFinished, test } from 'vitest'
import { createRelay, type Relayed } from '../src/workers/relay.ts'

/** A worker that remembers what it was told. */
function worker(number: number): Relayed & { told: FleetOrder[] } {
  const told: FleetOrder[] = []
  return { number, told, send: (order) => void told.push(order) }
}

/** The id of a question or of its result. */
const idOf = (order: FleetOrder | undefined) => (order && 'id' in order ? order.id : -1)

const question = { name: 'overview', about: null }

test('a question goes to all others, and their answers come back together', () => {
  const relay = createRelay()
  const [one, two, three] = [worker(1), worker(2), worker(3)]
  const all = [one, two, three]
  expect(relay.receive(one, { type: 'ready', url: 'http://127.0.0.1' }, all)).toBe(false)
  relay.receive(one, { type: 'fleet-ask', id: 7, question }, all)
  relay.receive(two, { type: 'fleet-ask', id: 7, question }, all)
  const [first, second] = three.told
  expect(three.told).toMatchObject([{ type: 'fleet-question', question }, { type: 'fleet-question' }])
  const answer = (from: Relayed, order: FleetOrder, text: string) =>
    relay.receive(from, { type: 'fleet-answer', id: idOf(order), answer: text }, all)
  answer(three, first!, 'three to one')
  answer(three, first!, 'three again')
  answer(two, two.told[0]!, 'two to one')
  answer(three, second!, 'three to two')
  expect(one.told.at(-1)).toEqual({
    type: 'fleet-result',
    id: 7,
    answers: ['three to one', 'two to one'],
    fleet: { workers: 3, missing: [] },
  })
  expect(two.told.filter(({ type }) => type === 'fleet-result')).toEqual([])
})

test('who does not answer, or is gone, is left out and named', async () => {
  const relay = createRelay({ patience: 20 })
  const [one, two] = [worker(1), worker(2)]
  const gone: Relayed = {
    number: 3,
    send() {
      throw new Error('closed')
    },
  }
  const all = [one, two, gone]
  const { promise, resolve } = Promise.withResolvers<FleetOrder>()
  relay.receive({ number: 1, send: resolve }, { type: 'fleet-ask', id: 1, question }, all)
  relay.receive(two, { type: 'fleet-answer', id: idOf(two.told[0]), answer: 'two' }, all)
  expect(await promise).toMatchObject({ answers: ['two'], fleet: { workers: 3, missing: [3] } })
})

test('one alone asks nobody', () => {
  const one = worker(1)
  createRelay().receive(one, { type: 'fleet-ask', id: 1, question }, [one])
  expect(one.told).toEqual([{ type: 'fleet-result', id: 1, answers: [], fleet: { workers: 1, missing: [] } }])
})

test('the first that says hello leads; when it is gone another goes on from what it kept', () => {
  const relay = createRelay()
  const [one, two, three] = [worker(1), worker(2), worker(3)]
  const all = [one, two, three]
  const say = (from: Relayed, message: FleetMessage) => relay.receive(from, message, all)
  for (const each of [two, one, three]) say(each, { type: 'fleet-hello' })
  const lead = (number: number, kept: unknown = null) => ({ type: 'fleet-lead', lead: number, kept })
  expect(all.map(({ told }) => told)).toEqual([[lead(2)], [lead(2)], [lead(2)]])
  say(two, { type: 'fleet-keep', kept: 'first' })
  say(two, { type: 'fleet-keep', kept: 'last' })
  say(one, { type: 'fleet-keep', kept: 'of one that does not lead' })
  relay.left(two)
  expect([one, three].map(({ told }) => told.at(-1))).toEqual([lead(1, 'last'), lead(1)])
  const back = worker(2)
  say(back, { type: 'fleet-hello' })
  expect(back.told).toEqual([lead(1)])
  // One that does not lead changes nothing when it goes.
  relay.left(three)
  expect(one.told).toHaveLength(2)
  // All are gone: whoever comes next has what was kept.
  relay.left(back)
  relay.left(one)
  say(back, { type: 'fleet-hello' })
  expect(back.told.at(-1)).toEqual(lead(2, 'last'))
})

test('one that leads and answers nothing any more loses the lead; one that answers keeps it', async () => {
  const relay = createRelay({ probeEvery: 5 })
  onTestFinished(relay.close)
  const hung = worker(1)
  const told: FleetOrder[] = []
  const answering: Relayed & { told: FleetOrder[] } = {
    number: 2,
    told,
    send(order) {
      told.push(order)
      const answer = { type: 'fleet-answer', id: idOf(order), answer: null } as const
      if (order.type === 'fleet-question') relay.receive(answering, answer, [])
    },
  }
  relay.receive(hung, { type: 'fleet-hello' }, [])
  relay.receive(answering, { type: 'fleet-hello' }, [])
  relay.receive(hung, { type: 'fleet-keep', kept: 'told' }, [])
  const leads = ({ told }: { told: FleetOrder[] }) => told.filter(({ type }) => type === 'fleet-lead')
  await expect.poll(() => leads(answering)).toHaveLength(2)
  expect(leads(answering).at(-1)).toMatchObject({ lead: 2, kept: 'told' })
  expect(leads(hung).at(-1)).toMatchObject({ lead: 2, kept: null })
  // Asked ten times and more, it goes on.
  const questions = () => answering.told.filter(({ type }) => type === 'fleet-question')
  await expect.poll(() => questions().length).toBeGreaterThan(10)
  expect(leads(answering)).toHaveLength(2)
})
