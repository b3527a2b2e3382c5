import http from 'node:http'
import { route } from '@hotpath/core'
import { expect, test } from 'vitest'
import { serve } from './serving.ts'

const routes = [route('GET /x', { fresh: '1m' })]
const body = 'b'.repeat(500)

test('leaves a response alone that something in front has touched', async () => {
  let requests = 0
  let seen = 0
  await using app = await serve(() => {}, {
    routes,
    build(cache) {
      const wrapped = cache.wrap((_request, response) => response.end(body))
      return http.createServer((request, response) => {
        requests += 1
        if (requests % 2 === 0) response.setHeader('x-number', requests)
        const end = response.end.bind(response) as (...args: unknown[]) => typeof response
        if (requests % 3 === 0) {
          response.end = (...args: unknown[]) => {
            seen += (args[0] as Buffer).length
            return end(...args)
          }
        }
        wrapped(request, response)
      })
    },
  })
  for (let number = 1; number <= 12; number++) {
    const answer = await app.get('/x')
    expect(answer.body).toBe(body)
    expect(answer.headers['x-number']).toBe(number % 2 === 0 ? String(number) : undefined)
  }
  expect(seen).toBe(4 * body.length)
})

/** Patches every response of this process the way monitoring agents do, while `act` runs. */
async function withPatchedHead(act: () => Promise<void>): Promise<void> {
  const prototype = http.ServerResponse.prototype
  const { writeHead } = prototype
  prototype.writeHead = function (this: http.ServerResponse, ...args: unknown[]) {
    this.setHeader('x-visitor', String(this.req.headers['x-visitor']))
    return (writeHead as (...args: unknown[]) => typeof this).apply(this, args)
  }
  try {
    await act()
  } finally {
    prototype.writeHead = writeHead
  }
}

const visitors = ['ann', 'bob', 'carl', 'dora', 'eve']

test('asks a patch of writeHead for each visitor, if Node was patched after the cache was loaded', async () => {
  await withPatchedHead(async () => {
    await using app = await serve((_request, response) => response.end(body), { routes })
    const answers = []
    for (const visitor of visitors) answers.push(await app.get('/x', { 'x-visitor': visitor }))
    expect(answers.map(({ headers }) => headers['x-visitor'])).toEqual(visitors)
    expect(app.cache.stats()).toMatchObject({ hits: 4 })
  })
})

test('prepares nothing if Node was patched before the cache was loaded, for all visitors or for one', async () => {
  const prototype = http.ServerResponse.prototype
  const { end } = prototype
  await withPatchedHead(async () => expect(await canPrepareLater('head')).toBe(false))
  prototype.end = function (this: http.ServerResponse, ...args: unknown[]) {
    if (this.req.headers['x-visitor'] === 'ann') this.setHeader('x-visitor', 'ann')
    return (end as (...args: unknown[]) => typeof this).apply(this, args)
  }
  try {
    expect(await canPrepareLater('end')).toBe(false)
  } finally {
    prototype.end = end
  }
  expect(await canPrepareLater('nothing')).toBe(true)
})

/** What the module says that is loaded now. */
async function canPrepareLater(name: string): Promise<boolean> {
  const later = `../src/prepared-writer.ts?patched=${name}`
  const writer = (await import(later)) as typeof import('../src/prepared-writer.ts')
  return writer.canPrepare()
}

test('asks a patch of end for each answer', async () => {
  const prototype = http.ServerResponse.prototype
  const { end } = prototype
  const seen: unknown[] = []
  await using app = await serve((_request, response) => response.end(body), { routes })
  await app.get('/x')
  prototype.end = function (this: http.ServerResponse, ...args: unknown[]) {
    seen.push(args[0])
    return (end as (...args: unknown[]) => typeof this).apply(this, args)
  }
  try {
    for (let index = 0; index < 4; index++) await app.get('/x')
  } finally {
    prototype.end = end
  }
  expect(seen.map(String)).toEqual([body, body, body, body])
})
