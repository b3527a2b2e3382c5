import { expect, test } from 'vitest'
import { twoServers } from './two-servers.ts'

test('one server has confirmed what another made, and serves it on to both', async () => {
  let made = 0
  let confirmed = 0
  await using fleet = await twoServers((request, response) => {
    const isKnown = request.headers['if-none-match'] === '"v1"'
    const seconds = isKnown ? 60 : 1
    response.setHeader('Cache-Control', `max-age=${seconds}, stale-if-error=600`)
    response.setHeader('ETag', '"v1"')
    response.setHeader('X-Seconds', seconds)
    if (isKnown) {
      confirmed += 1
      response.writeHead(304).end()
      return
    }
    made += 1
    response.end('text')
  })
  const { one, other } = fleet
  await one.get('/x')
  const statusOf = async () => (await other.get('/x')).headers['cache-status']
  await expect.poll(statusOf).toMatch(/fwd-status=304/)
  await expect.poll(async () => (await one.get('/x')).headers['x-seconds']).toBe('60')
  for (const server of [one, other]) {
    const { body, headers } = await server.get('/x')
    expect([body, headers['x-seconds'], headers['cache-status']]).toEqual([
      'text',
      '60',
      expect.stringMatching(/; hit/),
    ])
  }
  expect([made, confirmed]).toEqual([1, 1])
})
