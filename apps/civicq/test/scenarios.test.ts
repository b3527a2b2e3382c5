import { createRandom, type Scenario, type Session, type SetupTools, type Step } from '@hotpath/load'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { targets } from '../budgets.ts'
import { routes } from '../routes.ts'
import { scenarios } from '../scenarios.ts'
import type { World } from '../src/visitors/world.ts'
import { startTestApp, type TestApp } from './harness.ts'

let app: TestApp

beforeAll(async () => {
  app = await startTestApp()
})
afterAll(() => app.close())

interface Sent {
  name: string
  status: number
}

/** A visitor who does not stop to think. */
async function visit(scenario: Scenario, number: number): Promise<Sent[]> {
  const sent: Sent[] = []
  let token: string | null = null
  const send = async (step: Step) => {
    const response = await fetch(app.url + step.path, {
      method: step.method,
      headers: { ...headersOf(step), ...(token !== null && { authorization: `Bearer ${token}` }) },
      body: step.body,
    })
    const text = await response.text()
    sent.push({ name: step.name, status: response.status })
    if (!(step.expect?.includes(response.status) ?? response.ok)) throw new Error(`${step.name}: ${text}`)
    return { status: response.status, headers: {}, text: () => text, json: () => JSON.parse(text) as unknown }
  }
  const used: Partial<Session<World>> = {
    number,
    random: createRandom(1, number),
    shared: (await scenario.setup!({ fetchJson } as SetupTools)) as World,
    variables: {},
    authorize: (value) => void (token = value),
    send,
    think: async () => {},
  }
  const result = await scenario.run(used as Session<World>)
  if (typeof result === 'object' && result !== null && 'path' in result) await send(result as Step)
  return sent
}

async function fetchJson<T>(what: Step | `/${string}`): Promise<T> {
  const response = await fetch(app.url + (typeof what === 'string' ? what : what.path))
  return (await response.json()) as T
}

function headersOf({ headers }: Step): Record<string, string> {
  return Object.fromEntries(headers.flatMap((name, at) => (at % 2 === 0 ? [[name, headers[at + 1]!]] : [])))
}

test.each(Object.entries(scenarios))('%s finds its way through the application', async (_, scenario) => {
  for (let number = 1; number <= 6; number++) {
    const sent = await visit(scenario, number)
    expect(sent.length).toBeGreaterThan(0)
  }
  expect(app.faults).toEqual([])
})

test('the visitors together use every route but the pictures', async () => {
  const used = new Set<string>()
  for (const scenario of Object.values(scenarios)) {
    for (let number = 1; number <= 4; number++) {
      for (const { name } of await visit(scenario, number)) used.add(name)
    }
  }
  const declared = routes.map(({ pattern }) => pattern).filter((pattern) => !pattern.endsWith('/photo'))
  expect(declared.filter((pattern) => !used.has(pattern))).toEqual([])
})

test('read-mix asks for popular contests most', async () => {
  const counts = new Map<string, number>()
  const { setup, run } = scenarios['read-mix']
  const shared = (await setup!({ fetchJson } as SetupTools)) as World
  const random = createRandom(1)
  const rounds = 4_000
  for (let round = 0; round < rounds; round++) {
    const step = run({ random, shared } as Session<World>) as Step
    const contest = /\/contests\/(\d+)/.exec(step.path)?.[1]
    if (contest !== undefined) counts.set(contest, (counts.get(contest) ?? 0) + 1)
  }
  const first = String(shared.contests[0]!.id)
  const second = String(shared.contests[1]!.id)
  expect(Math.max(...counts.values())).toBe(counts.get(first))
  expect(counts.get(first)! / counts.get(second)!).toBeGreaterThan(1.6)
  expect(counts.get(first)! / counts.get(second)!).toBeLessThan(2.4)
})

test('every target has an id of its own', () => {
  expect(new Set(targets.map(({ id }) => id)).size).toBe(targets.length)
  expect(targets.every(({ id }) => id.startsWith('CIV-12.'))).toBe(true)
})
