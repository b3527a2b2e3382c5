import { route } from '@hotpath/core'
import { defineScenarios, runLoad } from '@hotpath/load'
import { expect, test } from 'vitest'
import { startServer } from '../server.ts'

const routes = [route('GET /api/me'), route('GET /api/items'), route('GET /api/items/:id')] as const

test('a setup prepares once what all sessions read', async () => {
  const asked: string[] = []
  await using server = await startServer((request, response) => {
    asked.push(request.url!)
    response.end('[{"id":"a"},{"id":"b"},{"id":"c"}]')
  })
  const scenarios = defineScenarios(routes, ({ request, scenario }) => {
    const setup = async ({ fetchJson }: { fetchJson: <T>(path: '/api/items') => Promise<T> }) => ({
      ids: (await fetchJson<{ id: string }[]>('/api/items')).map(({ id }) => id),
    })
    return {
      'read-mix': scenario({
        setup,
        run: ({ shared, random }) =>
          request('GET /api/items/:id', { params: { id: random.pick(shared.ids) } }),
      }),
      first: scenario({
        setup,
        run: ({ shared }) => request('GET /api/items/:id', { params: { id: shared.ids[0]! } }),
      }),
    }
  })
  const run = () =>
    runLoad({ origin: server.origin, scenarios: Object.values(scenarios), rate: 200, duration: '100ms' })
  const result = await run()
  const firstRun = asked.splice(0)
  expect(result).toMatchObject({ requests: 20, endpoints: [{ name: 'GET /api/items/:id' }] })
  expect(firstRun.filter((url) => url === '/api/items')).toHaveLength(1)
  expect(new Set(firstRun)).toEqual(new Set(['/api/items', '/api/items/a', '/api/items/b', '/api/items/c']))

  await run()
  expect(asked.sort()).toEqual(firstRun.sort())
})

test('a setup that fails is an error before the run', async () => {
  await using server = await startServer((_request, response) => response.writeHead(500).end())
  const { visit } = defineScenarios(routes, ({ request, scenario }) => ({
    visit: scenario({
      setup: ({ fetchJson }) => fetchJson(request('GET /api/items')),
      run: () => request('GET /api/me'),
    }),
  }))
  await expect(runLoad({ origin: server.origin, scenarios: visit })).rejects.toThrow(
    'The setup of the scenario "visit" failed: GET /api/items answered 500.',
  )
})
