import type { FleetOrder } from '@hotpath/app'
import { expect, test } from 'vitest'
import { createRelay, type Relayed } from '../src/workers/relay.ts'

/** A worker that remembers what it was told. */
function worker(number: number): Relayed & { told: FleetOrder[] } {
  const told: FleetOrder[] = []
  return { number, told, send: (order) => void told.push(order) }
}

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
  const answer = (from: Relayed, { id }: FleetOrder, text: string) =>
    relay.receive(from, { type: 'fleet-answer', id, answer: text }, all)
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
  relay.receive(two, { type: 'fleet-answer', id: two.told[0]!.id, answer: 'two' }, all)
  expect(await promise).toMatchObject({ answers: ['two'], fleet: { workers: 3, missing: [3] } })
})

test('one alone asks nobody', () => {
  const one = worker(1)
  createRelay().receive(one, { type: 'fleet-ask', id: 1, question }, [one])
  expect(one.told).toEqual([{ type: 'fleet-result', id: 1, answers: [], fleet: { workers: 1, missing: [] } }])
})
