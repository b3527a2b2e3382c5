import type { ServerResponse } from 'node:http'
import { route } from '@hotpath/core'
import { expect, test } from 'vitest'
import { serve } from './serving.ts'

const routes = [route('GET /x', { fresh: '1m' })]

test.each<[string, (response: ServerResponse) => void]>([
  ['a reason phrase', (response) => (response.statusMessage = 'Caf\u2014')],
  ['a status', (response) => (response.statusCode = 1_000)],
])('forgets an answer whose head cannot be sent for %s, and all it said of it', async (_what, spoil) => {
  let runs = 0
  await using app = await serve(
    (_request, response) => {
      runs += 1
      try {
        if (runs === 1) spoil(response)
        response.end(`good ${runs}`)
      } catch {
        response.statusCode = 500
        response.statusMessage = 'Internal'
        response.end('error page')
      }
    },
    { routes },
  )
  const failed = await app.get('/x')
  expect(failed).toMatchObject({ status: 500, statusMessage: 'Internal', body: 'error page' })
  expect(failed.headers).toMatchObject({ 'cache-control': 'no-store', 'content-length': '10' })
  expect(failed.headers['cdn-cache-control']).toBeUndefined()
  expect(failed.headers['etag']).toBeUndefined()
  expect(failed.headers['cache-status']).not.toContain('stored')
  expect((await app.get('/x')).body).toBe('good 2')
  expect((await app.get('/x')).body).toBe('good 2')
})
