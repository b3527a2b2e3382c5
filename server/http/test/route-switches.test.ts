import { route } from '@hotpath/core'
import { expect, test } from 'vitest'
import { gate, serve } from './serving.ts'

test('a route is turned off and on while it runs, what was stored or is being made included, and no other', async () => {
  let runs = 0
  const held = gate()
  await using server = await serve(
    (request, response) => {
      runs += 1
      response.setHeader('cache-control', 'public, max-age=60')
      if (request.url === '/item/slow') void held.opened.then(() => response.end('made before'))
      else response.end(String(runs))
    },
    { routes: [route('GET /item/:id', { fresh: '1m' }), route('GET /list', { fresh: '1m' })] },
  )
  const { cache } = server
  await server.get('/item/1')
  await server.get('/list')
  const slow = server.get('/item/slow')
  await expect.poll(() => runs).toBe(3)
  await cache.turn('GET /item/:id', false)
  held.open()
  await slow
  expect(cache.turnedOff()).toEqual(['GET /item/:id'])
  for (const path of ['/item/1', '/item/1', '/item/slow']) {
    const { headers } = await server.get(path)
    expect(headers['cache-status']).toBe('hotpath; fwd=bypass; detail=off')
    expect([headers['cache-control'], headers['cdn-cache-control']]).toEqual(['private, no-store', undefined])
  }
  expect((await server.get('/list')).headers['cache-status']).toContain('hit')
  await cache.turn('GET /item/:id', true)
  await server.get('/item/1')
  expect((await server.get('/item/1')).headers['cache-status']).toContain('hit')
  await expect(cache.turn('GET /nowhere', false)).rejects.toThrow(
    expect.objectContaining({ code: 'HP_ROUTE_UNKNOWN' }),
  )
  await cache.turn('GET /list', false)
  await cache.replaceRoutes([])
  await cache.turn('GET /list', true)
  expect(cache.turnedOff()).toEqual([])
})
