import fc from 'fast-check'
import { expect, test } from 'vitest'
import { admit, type Caller, type Tokens } from '../src/guard.ts'

const token = 'a-token-of-twenty-four-chars'
const viewToken = 'another-for-those-who-look'
const tokens: Tokens = { administrator: token, viewer: viewToken }
const closed: Tokens = { administrator: null, viewer: null }
const person = { admitted: true, role: 'administrator', by: 'this machine' }
const local: Caller = { address: '127.0.0.1', method: 'GET', headers: { host: 'localhost:4000' } }
const remote: Caller = { address: '10.1.2.3', method: 'GET', headers: { host: 'app.example' } }
const bearer = { authorization: `Bearer ${token}` }

test.each(['127.0.0.1', '::1', '::ffff:127.0.0.1', '127.3.4.5'])(
  'a person on this machine (%s) is admitted',
  (address) => {
    expect(admit({ ...local, address }, closed)).toEqual(person)
  },
)

test('a caller from elsewhere is refused, and told how to open it', () => {
  expect(admit(remote, closed)).toMatchObject({
    admitted: false,
    status: 403,
    reason: expect.stringContaining('HOTPATH_TOKEN') as string,
  })
})

test('with a token set, a caller from elsewhere is asked for it and admitted with it', () => {
  expect(admit(remote, tokens)).toMatchObject({ admitted: false, status: 401 })
  expect(admit({ ...remote, headers: { ...remote.headers, ...bearer } }, tokens)).toEqual({
    admitted: true,
    role: 'administrator',
    by: 'token',
  })
})

test('a wrong token admits nobody, whatever it looks like', () => {
  fc.assert(
    fc.property(fc.string(), (given) => {
      fc.pre(given !== token && given !== viewToken)
      const headers = { host: 'app.example', authorization: `Bearer ${given}` }
      expect(admit({ ...remote, headers }, tokens).admitted).toBe(false)
    }),
  )
})

test.each([
  'forwarded',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-real-ip',
  'via',
  'true-client-ip',
  'cf-connecting-ip',
])('a loopback peer that forwards for somebody (%s) is not a person on this machine', (name) => {
  expect(admit({ ...local, headers: { ...local.headers, [name]: 'somebody' } }, closed).admitted).toBe(false)
})

test.each([
  'evil.example',
  'evil.example:4000',
  'localhost.evil.example',
  '127.0.0.1.evil.example',
  undefined,
])('a page whose name was rebound to this machine (%s) is refused', (host) => {
  const headers = host === undefined ? {} : { host }
  expect(admit({ ...local, headers }, closed).admitted).toBe(false)
})

test.each([
  { 'sec-fetch-site': 'cross-site' },
  { 'sec-fetch-site': 'same-site' },
  { origin: 'https://evil.example' },
])('a page of another site may not change anything (%o)', (headers) => {
  const caller = { ...local, method: 'POST', headers: { ...local.headers, ...headers } }
  expect(admit(caller, closed)).toMatchObject({ admitted: false, status: 403 })
})

test.each([
  { 'sec-fetch-site': 'same-origin' },
  { 'sec-fetch-site': 'none' },
  { origin: 'http://localhost:4000' },
  {},
])('the console itself and a command may change things (%o)', (headers) => {
  const caller = { ...local, method: 'POST', headers: { ...local.headers, ...headers } }
  expect(admit(caller, closed)).toEqual(person)
})

test('the read-only token opens it for looking, from everywhere, and changes nothing', () => {
  const bearer = { authorization: `Bearer ${viewToken}` }
  for (const from of [remote, local]) {
    const caller = { ...from, headers: { ...from.headers, ...bearer } }
    expect(admit(caller, tokens)).toEqual({ admitted: true, role: 'viewer', by: 'token' })
    for (const method of ['POST', 'PUT', 'DELETE', 'PATCH']) {
      expect(admit({ ...caller, method }, tokens)).toMatchObject({ admitted: false, status: 403 })
    }
  }
})

test('the administrator may be closed to other machines while those who look are let in', () => {
  const onlyViewers = { administrator: null, viewer: viewToken }
  expect(admit(remote, onlyViewers)).toMatchObject({ admitted: false, status: 401 })
  const bearer = { authorization: 'Bearer null' }
  expect(admit({ ...remote, headers: { ...remote.headers, ...bearer } }, onlyViewers).admitted).toBe(false)
})
