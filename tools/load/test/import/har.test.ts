import { expect, test } from 'vitest'
import { importHar } from '../../src/import/har.ts'
import { runOnce } from './run-imported.ts'

const entry = (second: number, url: string, rest: object = {}) => ({
  startedDateTime: `2026-01-01T00:00:0${second}.000Z`,
  request: { method: 'GET', url, headers: [], ...rest },
})
const har = (...entries: object[]) => JSON.stringify({ log: { entries } })

test('a recording is replayed in its order to its first host, without the connection’s own headers and cookies', async () => {
  const imported = importHar(
    har(
      entry(0, 'http://localhost:3000/items/17?page=2', {
        headers: [
          { name: 'Accept', value: 'text/html' },
          { name: 'Cookie', value: 'sid=private' },
          { name: 'If-None-Match', value: '"v1"' },
          { name: 'Host', value: 'localhost:3000' },
        ],
      }),
      entry(0, 'https://cdn.example.org/app.js'),
      entry(0, 'http://localhost:3000/cart', {
        method: 'POST',
        headers: [{ name: 'Content-Type', value: 'application/json' }],
        postData: { text: '{"id":17}' },
      }),
    ),
    'visit.har',
  )
  expect(imported.origin).toBe('http://localhost:3000')
  expect(imported.notes.map(({ text }) => text)).toEqual([
    'request 2 to https://cdn.example.org: a run goes to one host',
    'recorded cookies: each session gets its own from the application',
  ])
  const { asked, result } = await runOnce(imported, { iterations: 1, answer: () => ({}) })
  expect(asked.map(({ method, url, body }) => [method, url, body])).toEqual([
    ['GET', '/items/17?page=2', ''],
    ['POST', '/cart', '{"id":17}'],
  ])
  expect(asked[0]!.headers).toMatchObject({ accept: 'text/html' })
  expect(asked[0]!.headers).not.toHaveProperty('cookie')
  expect(asked[0]!.headers).not.toHaveProperty('if-none-match')
  expect(result.endpoints.map(({ name }) => name)).toEqual(['GET /items/:id', 'POST /cart'])
})

test.each([['{'], ['{}'], [har()]])('what is no recording is refused: %s', (text) => {
  expect(() => importHar(text, 'visit.har')).toThrow(/visit\.har, line 1/)
})
