import { route } from '@hotpath/core'
import { expect, test, vi } from 'vitest'
import { serve } from './serving.ts'

const routes = [route('GET /x', { fresh: '1m' })]

test.each([
  ['given at once', 1],
  ['written', 2],
])('copies nothing of a body too large to keep, %s', async (_how, parts) => {
  const part = Buffer.alloc(100_000, 'a')
  await using app = await serve(
    (_request, response) => {
      for (let index = 1; index < parts; index++) response.write(part)
      response.end(part)
    },
    { routes, maxEntryBytes: 1_000 },
  )
  const copying = vi.spyOn(Buffer, 'from')
  try {
    expect((await app.get('/x')).body).toHaveLength(parts * part.length)
    expect(copying.mock.calls.filter(([given]) => (given as unknown) === part)).toEqual([])
  } finally {
    copying.mockRestore()
  }
})

test('keeps the status that writeHead was given, as Node does', async () => {
  await using app = await serve(
    (_request, response) => {
      response.writeHead(404)
      response.statusCode = 200
      response.end('none')
    },
    { routes },
  )
  expect((await app.get('/x')).status).toBe(404)
})
