import fc from 'fast-check'
import { expect, test } from 'vitest'
import { admit, type Caller } from '../src/guard.ts'

const token = 'a-token-of-twenty-four-chars'
const local: Caller = { address: '127.0.0.1', method: 'GET', headers: { host: 'localhost:4000' } }
const remote: Caller = { address: '10.1.2.3', method: 'GET', headers: { host: 'app.example' } }
const bearer = { authorization: `Bearer ${token}` }

test.each(['127.0.0.1', '::1', '::ffff:127.0.0.1', '127.3.4.5'])(
  'a person on this machine (%s) is admitted',
  (address) => {
    expect(admit({ ...local, address }, null)).toEqual({ admitted: true })
  },
)

test('a caller from elsewhere is refused, and told how to open it', () => {
  expect(admit(remote, null)).toMatchObject({
    admitted: false,
    status: 403,
    reason: expect.stringContaining('HOTPATH_TOKEN') as string,
  })
})

test('with a token set, a caller from elsewhere is asked for it and admitted with it', () => {
  expect(admit(remote, token)).toMatchObject({ admitted: false, status: 401 })
  expect(admit({ ...remote, headers: { ...remote.headers, ...bearer } }, token)).toEqual({ admitted: true })
})

test('a wrong token admits nobody, whatever it looks like', () => {
  fc.assert(
    fc.property(fc.string(), (given) => {
      fc.pre(given !== token)
      const headers = { host: 'app.example', authorization: `Bearer ${given}` }
      expect(admit({ ...remote, headers }, token).admitted).toBe(false)
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
  expect(admit({ ...local, headers: { ...local.headers, [name]: 'somebody' } }, null).admitted).toBe(false)
})

test.each([
  'evil.example',
  'evil.example:4000',
  'localhost.evil.example',
  '127.0.0.1.evil.example',
  undefined,
])('a page whose name was rebound to this machine (%s) is refused', (host) => {
  const headers = host === undefined ? {} : { host }
  expect(admit({ ...local, headers }, null).admitted).toBe(false)
})

test.each([
  { 'sec-fetch-site': 'cross-site' },
  { 'sec-fetch-site': 'same-site' },
  { origin: 'https://evil.example' },
])('a page of another site may not change anything (%o)', (headers) => {
  const caller = { ...local, method: 'POST', headers: { ...local.headers, ...headers } }
  expect(admit(caller, null)).toMatchObject({ admitted: false, status: 403 })
})

test.each([
  { 'sec-fetch-site': 'same-origin' },
  { 'sec-fetch-site': 'none' },
  { origin: 'http://localhost:4000' },
  {},
])('the console itself and a command may change things (%o)', (headers) => {
  const caller = { ...local, method: 'POST', headers: { ...local.headers, ...headers } }
  expect(admit(caller, null)).toEqual({ admitted: true })
})
