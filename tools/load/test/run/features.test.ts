import type { IncomingMessage, RequestListener } from 'node:http'
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { get, pass, post } from '../pass.ts'
import { startServer } from '../server.ts'

/** Every field of a form as text; of a file its name, type and content. */
async function fieldsOf(request: IncomingMessage): Promise<string[]> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const headers = { 'content-type': request.headers['content-type']! }
  const form = await new Response(Buffer.concat(chunks), { headers }).formData()
  return Promise.all(
    Array.from(form, async ([name, value]) =>
      typeof value === 'string'
        ? `${name}=${value}`
        : `${name}=${value.name} ${value.type} ${await value.text()}`,
    ),
  )
}

describe('captures', () => {
  test('take a value by path, header, cookie and expression for the steps that follow', async () => {
    let seen: Record<string, unknown> = {}
    const result = await pass(
      (_request, response) => {
        response.writeHead(200, { location: '/there', 'set-cookie': ['a=1', 'sid=s1; Path=/'] })
        response.end('{"items":[{"id":7}],"csrf":"tok-99"}')
      },
      async ({ send, variables }) => {
        await send(
          get('/', {
            capture: {
              id: { json: '$.items[0].id' },
              where: { header: 'Location' },
              sid: { cookie: 'sid' },
              csrf: { regex: /"csrf":"(.*?)"/g },
              missing: { json: '$.nothing', optional: true },
            },
          }),
        )
        seen = { ...variables }
      },
    )
    expect(seen).toEqual({ id: 7, where: '/there', sid: 's1', csrf: 'tok-99' })
    expect(result).toMatchObject({ requests: 1, errors: 0, sessions: { count: 1, failed: 0 } })
  })

  test('that find nothing make the request an error and end the session', async () => {
    const result = await pass(
      (_request, response) => response.end('{}'),
      async ({ send }) => {
        await send(get('/', { capture: { token: { json: '$.token' } } }))
        await send(get('/never'))
      },
    )
    expect(result).toMatchObject({
      requests: 1,
      errorsByKind: { 'nothing to capture: token': 1 },
      sessions: { count: 1, failed: 1 },
    })
  })

  test.each([
    [{ json: '$.a[' }, 'cannot read the path'],
    [{ regex: '(' }, 'Invalid regular expression'],
    [{ xpath: '//a' }, 'is none of json, header, cookie and regex'],
  ])('that cannot be read are refused: %o', (capture, message) => {
    expect(() => get('/', { capture: { x: capture as { json: string } } })).toThrow(message)
  })
})

test('checks are counted, assertions fail the request, and one that throws does not hold', async () => {
  const result = await pass(
    (_request, response) => response.end('plain'),
    async ({ attempt, check, assert, group }) => {
      const { problem } = await attempt(
        get('/', {
          checks: {
            'is JSON': (response) => response.json() !== null,
            'is short': (response) => response.text().length < 9,
          },
          asserts: { 'says yes': (response) => response.text() === 'yes' },
        }),
      )
      check('problem is named', problem === 'assertion: says yes')
      await group('whole', async () => {
        await attempt(get('/'))
        assert('the world is flat', false)
      })
    },
    { budgets: ['checks > 30%', 'checks > 50%'] },
  )
  expect(result.checks).toEqual([
    { name: 'is JSON', passed: 0, failed: 1 },
    { name: 'is short', passed: 1, failed: 0 },
    { name: 'says yes', passed: 0, failed: 1 },
    { name: 'problem is named', passed: 1, failed: 0 },
    { name: 'the world is flat', passed: 0, failed: 1 },
  ])
  expect(result.groups).toMatchObject([{ name: 'whole', count: 1, failed: 1 }])
  expect(result).toMatchObject({ errors: 1, sessions: { failed: 1 } })
  expect(result.budgets.map(({ verdict }) => verdict)).toEqual(['met', 'missed'])
})

test('a group is measured from its first step to its last, pauses included', async () => {
  const result = await pass(
    (_request, response) => response.end(),
    ({ group, send, think }) =>
      group('visit', async () => {
        await send(get('/'))
        await think({ uniform: ['20ms', '30ms'] })
        await send(get('/'))
      }),
  )
  expect(result.groups).toMatchObject([{ name: 'visit', count: 1, failed: 0 }])
  expect(result.groups[0]!.timesMs.p50).toBeGreaterThanOrEqual(20)
  expect(result.sessions.timesMs.p50).toBeGreaterThanOrEqual(20)
})

describe('redirects', () => {
  const listener: RequestListener = (request, response) => {
    if (request.url === '/login') {
      response.writeHead(302, { location: '/home', 'set-cookie': 'sid=1' }).end()
    } else if (request.url === '/loop') response.writeHead(307, { location: '/loop' }).end()
    else response.end(`${request.method} ${request.headers.cookie}`)
  }

  test('are followed as often as asked, with cookies, POST becoming GET', async () => {
    let text = ''
    const result = await pass(
      listener,
      async ({ send }) => {
        text = (await send(post('/login', { form: { user: 'ada' } }))).text()
      },
      { redirects: 3 },
    )
    expect(text).toBe('GET sid=1')
    expect(result.endpoints.map(({ name }) => name).sort()).toEqual([
      'POST /login',
      'POST /login (redirected)',
    ])
  })

  test('without end are an error', async () => {
    const result = await pass(listener, ({ attempt }) => attempt(get('/loop', { redirects: 2 })))
    expect(result).toMatchObject({ requests: 3, errorsByKind: { 'too many redirects': 1 } })
  })

  test('to another host leave the token behind', async () => {
    let authorization: string | undefined = 'never asked'
    await using other = await startServer((request, response) => {
      authorization = request.headers.authorization
      response.end()
    })
    const result = await pass(
      (_request, response) => response.writeHead(302, { location: `${other.origin}/x` }).end(),
      async ({ send, authorize }) => {
        authorize('secret')
        await send(get('/', { redirects: 1 }))
      },
    )
    expect(authorization).toBeUndefined()
    expect(result).toMatchObject({ requests: 2, errors: 0 })
  })
})

test('forms and files arrive as they were given', async () => {
  const seen: string[] = []
  await pass(
    (request, response) => {
      void fieldsOf(request).then((fields) => {
        seen.push(...fields)
        response.end()
      })
    },
    async ({ send }) => {
      await send(post('/', { form: { q: 'a&b=c', n: 2 } }))
      const file = { content: Buffer.from('id,name'), filename: 'people".csv', type: 'text/csv' }
      await send(post('/', { multipart: { title: 'x\r\ny', file } }))
    },
  )
  expect(seen).toEqual(['q=a&b=c', 'n=2', 'title=x\r\ny', 'file=people".csv text/csv id,name'])
})

test.each([
  ['gzip', gzipSync],
  ['br', brotliCompressSync],
  ['zstd', zstdCompressSync],
  ['deflate', deflateSync],
  ['deflate', deflateRawSync],
])('an answer coded as %s is read, and its bytes are those transferred', async (coding, compress) => {
  const content = JSON.stringify({ text: 'again and '.repeat(100) })
  const coded = compress(Buffer.from(content))
  let accepted: string | undefined
  let text: unknown
  const result = await pass(
    (request, response) => {
      accepted = request.headers['accept-encoding']
      response.writeHead(200, { 'content-encoding': coding }).end(coded)
    },
    async ({ send }) => {
      text = (await send(get('/'))).json()
    },
    { compression: true },
  )
  expect(text).toEqual(JSON.parse(content))
  expect(result.bytes).toBe(coded.length)
  expect(accepted).toContain('zstd')
})

test('headers of the run go with every request that does not say otherwise', async () => {
  const seen: string[] = []
  await pass(
    ({ headers }, response) => {
      seen.push(`${headers['user-agent']} ${String(headers['x-tenant'])}`)
      response.end()
    },
    async ({ send }) => {
      await send(get('/'))
      await send(get('/', { headers: { 'X-Tenant': 'b' } }))
    },
    { headers: { 'X-Tenant': 'a', 'User-Agent': 'us' } },
  )
  expect(seen).toEqual(['us a', 'us b'])
})

test('without keep-alive each request opens a connection of its own', async () => {
  const sockets = new Set<unknown>()
  const result = await pass(
    (request, response) => {
      sockets.add(request.socket)
      response.end()
    },
    async ({ send }) => {
      for (let index = 0; index < 5; index++) await send(get('/'))
    },
    { keepAlive: false },
  )
  expect(sockets.size).toBe(5)
  expect(result).toMatchObject({ requests: 5, errors: 0, generator: { connectionsOpened: 5 } })
})
