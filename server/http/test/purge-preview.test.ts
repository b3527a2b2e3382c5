import { route } from '@hotpath/core'
import { expect, test } from 'vitest'
import { serve } from './serving.ts'

test('a preview names what a purge then drops, each way that it can be chosen, and drops nothing itself', async () => {
  await using app = await serve(
    (request, response) => {
      if (request.url === '/a?page=1') response.setHeader('vary', 'accept-language')
      response.end('body')
    },
    {
      routes: [
        route('GET /a', { fresh: '1m', tags: () => ['letters'] }),
        route('GET /b', { fresh: '1m', tags: () => ['letters'] }),
        route('GET /c', { fresh: '1m' }),
      ],
    },
  )
  for (const [url, headers] of [
    ['/a?page=1', { 'accept-language': 'de' }],
    ['/a?page=1', { 'accept-language': 'en' }],
    ['/b', {}],
    ['/c', {}],
  ] as const) {
    await app.get(url, headers)
  }
  expect(app.cache.preview({ tags: ['letters'] })).toEqual({ count: 3, sample: ['/a?page=1', '/b'] })
  expect(app.cache.preview({ pattern: '/a*' })).toEqual({ count: 2, sample: ['/a?page=1'] })
  expect(app.cache.preview({ tags: ['letters'], pattern: '/c' }).count).toBe(4)
  expect(await app.cache.purge('/a*')).toMatchObject({ dropped: 2 })
  await app.cache.invalidate({ tags: ['letters'] })
  expect(app.cache.preview({ pattern: '*' })).toEqual({ count: 1, sample: ['/c'] })
})
