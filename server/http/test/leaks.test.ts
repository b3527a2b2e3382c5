import { route } from '@hotpath/core'
import { proxyCacheDefaults } from '@hotpath/http'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { type ServingOptions, serve } from './serving.ts'

/** Who asks: nobody in particular, or somebody by header, by cookie, or by both. */
type Visitor = { authorization?: string; cookie?: string }

const visitor = (name: string): fc.Arbitrary<Visitor> =>
  fc.record(
    { authorization: fc.constant(`Bearer ${name}`), cookie: fc.constant(`session=${name}`) },
    { requiredKeys: [] },
  )

const directive = fc.constantFrom(
  'public',
  'private',
  'private="x-name"',
  'no-store',
  'no-cache',
  'max-age=60',
  'MAX-AGE=60',
  's-maxage=60',
  'must-revalidate',
  'stale-while-revalidate=60',
  'private; x',
  'immutable',
  '"',
)
const cacheControl = fc
  .tuple(fc.constantFrom(['max-age=60'], ['public', 'max-age=60'], []), fc.array(directive, { maxLength: 2 }))
  .map((directives) => directives.flat().join(', '))

/** Present in one of `oneIn` responses. */
const rarely = (value: fc.Arbitrary<string>, oneIn: number) =>
  fc.oneof({ weight: oneIn - 1, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: value })

const vary = fc.oneof(
  fc.constantFrom('cookie', 'authorization', 'accept', '*'),
  fc.constantFrom(...Object.getOwnPropertyNames(Object.prototype)),
  fc.string({
    unit: fc.integer({ min: 33, max: 126 }).map((code) => String.fromCharCode(code)),
    maxLength: 12,
  }),
)

const responseHeaders = fc
  .record({
    'cache-control': cacheControl,
    'cdn-cache-control': rarely(cacheControl, 3),
    expires: rarely(fc.constant('Thu, 01 Jan 2099 00:00:00 GMT'), 3),
    vary: rarely(vary, 3),
    'set-cookie': rarely(fc.constant('a=1'), 10),
    etag: rarely(fc.constant('"same"'), 3),
  })
  .map((given): Headers =>
    Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
  )

type Headers = Partial<Record<string, string>>

/** What a reader of the standards would call said to be for everybody: written here apart from the code under test. */
function isDeclaredPublic(headers: Headers, visitor: Visitor): boolean {
  const own = headers['cache-control']?.toLowerCase() ?? ''
  // A targeted field that is no structured dictionary, whose keys are lower case, is as if it had not been sent.
  const given = headers['cdn-cache-control'] ?? ''
  const targeted = given.split(', ').some((member) => member === '"' || /[A-Z]/.test(member)) ? '' : given
  const ruling = targeted === '' ? own : targeted
  // `private="x-name"` is about that header alone; any other quote may hide something.
  if (/private|"/.test(own.replaceAll('private="x-name"', ''))) return false
  if (ruling.includes('no-store') || targeted.includes('private')) return false
  if ('set-cookie' in headers || /(?:^|,)\*(?:,|$)/.test(headers['vary'] ?? '')) return false
  const isPublic = ruling.split(', ').includes('public')
  const forAuthorization = isPublic || (targeted === '' && ruling.includes('s-maxage'))
  if (visitor.authorization && !forAuthorization) return false
  return !visitor.cookie || isPublic || targeted !== ''
}

const sameVisitor = (one: Visitor, other: Visitor) =>
  one.authorization === other.authorization && one.cookie === other.cookie

async function neverCrosses(
  path: string,
  isAllowed: (headers: Headers, visitor: Visitor) => boolean,
  options: ServingOptions = {},
) {
  let headers: Headers = {}
  let number = 0
  await using app = await serve(
    ({ headers: { authorization = '', cookie = '', 'if-none-match': known } }, response) => {
      const body = `${authorization}|${cookie}`
      const etag = `"${encodeURIComponent(body)}"`
      response.setHeaders(new Map(Object.entries(headers) as [string, string][]))
      if (headers.etag === undefined) response.setHeader('ETag', etag)
      if (headers.etag === undefined && known?.includes(etag)) response.writeHead(304).end()
      else response.end(body)
    },
    {
      routes: [route('GET /me/:n', { visibility: 'private', fresh: '1m' })],
      hitForMiss: 0,
      ...options,
    },
  )
  const says = ({ authorization = '', cookie = '' }: Visitor) => `${authorization}|${cookie}`
  let crossed = 0
  const visitors = fc.tuple(visitor('ann'), visitor('bob')).filter(([one, other]) => !sameVisitor(one, other))
  await fc.assert(
    fc.asyncProperty(responseHeaders, visitors, async (given, [ann, bob]) => {
      headers = given
      const url = `${path}${number++}`
      expect((await app.get(url, { ...ann })).body).toBe(says(ann))
      const answers = await Promise.all([
        app.get(url, { ...bob }),
        app.get(url, { ...ann }),
        app.get(url, { ...bob }),
      ])
      for (const [index, { body }] of answers.entries()) {
        const [asker, other] = index === 1 ? [ann, bob] : [bob, ann]
        if (body === says(asker)) continue
        expect(body).toBe(says(other))
        const areAllowed = isAllowed(headers, other) && isAllowed(headers, asker)
        expect([says(other), says(asker), areAllowed]).toEqual([says(other), says(asker), true])
        crossed += 1
      }
    }),
    {
      numRuns: 1_000,
      examples: [[{ 'cache-control': 'public, max-age=60' }, [{ cookie: 'a' }, { cookie: 'b' }]]],
    },
  )
  return crossed
}

test('an answer made for one visitor reaches another only where its headers declare it public', async () => {
  const crossed = await neverCrosses('/any/', isDeclaredPublic)
  expect(crossed).toBeGreaterThan(0) // Else this test would prove nothing.
})

test('an answer of a private route reaches nobody else, whatever its headers say', async () => {
  expect(await neverCrosses('/me/', () => false)).toBe(0)
})

test('the same before another server, which is asked to confirm what is stored', async () => {
  expect(await neverCrosses('/any/', isDeclaredPublic, proxyCacheDefaults)).toBeGreaterThan(0)
})

test('an answer made for a request with Authorization is stored on a declared route only if the route says public', async () => {
  const routes = [
    route('GET /quiet', { fresh: '1m' }),
    route('GET /spoken', { fresh: '1m', visibility: 'public' }),
  ]
  await using app = await serve(
    (request, response) => response.end(request.headers.authorization ?? 'nobody'),
    { routes },
  )
  const ann = { authorization: 'ann' }
  const quiet = await app.get('/quiet', ann)
  expect(quiet.headers['cache-status']).toBe('hotpath; fwd=miss; detail=authorization')
  expect((await app.get('/quiet')).body).toBe('nobody')
  expect((await app.get('/quiet', ann)).body).toBe('nobody')
  expect((await app.get('/spoken', ann)).body).toBe('ann')
  expect((await app.get('/spoken')).body).toBe('ann')
})

test('a header outside the key cannot poison what others get', async () => {
  const routes = [route('GET /page', { fresh: '1m' })]
  await using app = await serve(
    (request, response) => {
      const {
        'x-forwarded-host': host,
        'x-original-url': url,
        'x-http-method-override': method,
      } = request.headers
      response.end(JSON.stringify([host, url, method, request.headers.range]))
    },
    { routes },
  )
  const clean = '[null,null,null,null]'
  const poisons = {
    'x-forwarded-host': 'evil.example',
    'x-original-url': '/evil',
    'x-http-method-override': 'DELETE',
    range: 'bytes=0-1',
  }
  for (const [name, value] of Object.entries(poisons)) {
    await app.cache.purge('*')
    expect((await app.get('/page', { [name]: value })).body).toContain(value)
    expect([name, (await app.get('/page')).body]).toEqual([name, clean])
  }
})
