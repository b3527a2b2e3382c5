import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createRouteMatcher, route } from '@hotpath/core'
import { chooseScenario, defineScenarios, type ScenarioBuilder, urlScenario } from '@hotpath/load'

const routes = [
  route('GET /api/ballots', { fresh: '1m' }),
  route('GET /api/ballots/:id', { fresh: '1h' }),
  route('POST /api/ballots/:id/votes/:choice'),
] as const

/** The builder of this table, for trying single requests. */
function builder(): ScenarioBuilder<typeof routes> {
  let caught: ScenarioBuilder<typeof routes> | undefined
  defineScenarios(routes, (given) => {
    caught = given
    return {}
  })
  return caught!
}

describe('requests', () => {
  const { request } = builder()

  test('become method, path and body', () => {
    expect(request('GET /api/ballots')).toMatchObject({
      name: 'GET /api/ballots',
      method: 'GET',
      path: '/api/ballots',
    })
    const vote = request('POST /api/ballots/:id/votes/:choice', {
      params: { id: 7, choice: 'a/b' },
      json: { weight: 1 },
      query: { dry: true, from: 'ü', left: undefined },
      expect: [201, 409],
    })
    expect(vote).toMatchObject({
      name: 'POST /api/ballots/:id/votes/:choice',
      path: '/api/ballots/7/votes/a%2Fb?dry=true&from=%C3%BC',
      body: '{"weight":1}',
      expect: [201, 409],
    })
    expect(vote.headers.join(' ')).toContain('content-type application/json')
  })

  test('find their way back to the route and its parameters, whatever these hold', () => {
    const match = createRouteMatcher(routes)
    fc.assert(
      fc.property(fc.string({ minLength: 1, unit: 'grapheme' }), (id) => {
        const { path } = request('GET /api/ballots/:id', { params: { id } })
        expect(match('GET', path)?.params).toEqual({ id })
      }),
    )
  })

  test('to an unknown route or without a parameter do not compile, and throw when forced', () => {
    // @ts-expect-error the route is not in the table
    expect(() => request('GET /api/ballot')).toThrow('"GET /api/ballot", which is not in the route table')
    // @ts-expect-error id is missing
    expect(() => request('GET /api/ballots/:id')).toThrow('lacks the parameter "id"')
    // @ts-expect-error id is missing
    expect(() => request('GET /api/ballots/:id', { params: {} })).toThrow('lacks the parameter "id"')
    // @ts-expect-error choice is missing
    expect(() => request('POST /api/ballots/:id/votes/:choice', { params: { id: 1 } })).toThrow('"choice"')
    // @ts-expect-error the route has no parameters
    expect(request('GET /api/ballots', { params: { id: 1 } }).path).toBe('/api/ballots')
    // @ts-expect-error the parameter is called id
    expect(() => request('GET /api/ballots/:id', { params: { name: 1 } })).toThrow('lacks the parameter "id"')
  })
})

describe('scenarios', () => {
  const scenarios = defineScenarios(routes, ({ request, scenario }) => ({
    'read-mix': scenario({
      weight: 9,
      setup: () => ({ ids: ['a', 'b'] }),
      run: ({ shared, random }) =>
        request('GET /api/ballots/:id', { params: { id: random.pick(shared.ids) } }),
    }),
    list: scenario({ run: () => request('GET /api/ballots') }),
  }))

  test('are chosen by name', () => {
    expect(chooseScenario(scenarios, 'read-mix')).toMatchObject({ name: 'read-mix', weight: 9 })
    expect(scenarios.list.weight).toBe(1)
    // @ts-expect-error there is no such scenario
    expect(scenarios.nothing).toBeUndefined()
  })

  test('an unknown name is refused with those there are', () => {
    for (const name of ['reed-mix', 'toString', '']) {
      expect(() => chooseScenario(scenarios, name)).toThrow('Known are: read-mix, list.')
    }
    expect(() => chooseScenario({}, 'x')).toThrow('Known are: none.')
  })

  test('a weight that could never be drawn is refused', () => {
    expect(() =>
      defineScenarios(routes, ({ request }) => ({
        idle: { weight: 0, run: () => request('GET /api/ballots') },
      })),
    ).toThrow('weight of idle cannot be 0')
  })
})

describe('urlScenario', () => {
  test('keeps method, path, query and origin', () => {
    const { origin, name, run } = urlScenario('http://127.0.0.1:4000/api?x=1', { method: 'POST', body: 'hi' })
    expect(origin).toBe('http://127.0.0.1:4000')
    expect(name).toBe('POST /api')
    expect(run(undefined as never)).toMatchObject({ method: 'POST', path: '/api?x=1', body: 'hi' })
  })

  test.each(['', '127.0.0.1:4000', '/api', 'ftp://x/', 'http://', 'http://u:p@x/', 'http://x:99999/'])(
    'refuses %j',
    (url) => {
      expect(() => urlScenario(url)).toThrow('is not an address that load can be sent to')
    },
  )
})
