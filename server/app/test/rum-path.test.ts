import { createServer, request as send, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { beaconVersion, type IntakeFigures, type RatePolicy } from '@hotpath/core'
import { createVitals } from '@hotpath/monitor'
import { afterEach, expect, test } from 'vitest'
import { openRumPath } from '../src/rum-path.ts'

const open: { server: Server; close: () => void }[] = []

afterEach(() => {
  for (const { server, close } of open.splice(0)) {
    close()
    server.closeAllConnections()
    server.close()
  }
})

/** A server that answers at the intake alone. */
async function openIntake({ limit, sample = 1 }: { limit?: RatePolicy; sample?: number } = {}) {
  const vitals = createVitals({ routes: ['/'], sample, random: () => 0.5, clock: Date.now })
  const rum = openRumPath({ vitals, limit })
  const server = createServer((request, response) => {
    void rum.answers[`${request.method} ${request.url}`]!(request, response, {
      role: 'viewer',
      by: 'this machine',
    })
  })
  server.listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  open.push({ server, close: rum.close })
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  const intake = (): IntakeFigures => vitals.report().intake
  return { host, vitals, intake }
}

const beacon = JSON.stringify({
  version: beaconVersion,
  views: [{ route: '/', navigation: 'navigate', vitals: { LCP: 900 } }],
})
const ofTheSite = { 'sec-fetch-site': 'same-origin', 'content-type': 'text/plain;charset=UTF-8' }

function post(host: string, body: string, headers: Record<string, string> = ofTheSite): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>()
  const request = send(`http://${host}/.hotpath/rum`, { method: 'POST', headers }, (response) => {
    response.resume()
    resolve(response.statusCode!)
  })
  request.on('error', reject)
  request.end(body)
  return promise
}

test('a beacon of a page of this site is counted', async () => {
  const { host, vitals, intake } = await openIntake()
  expect(await post(host, beacon)).toBe(204)
  expect(await post(host, beacon, { origin: `https://${host}`, 'content-type': 'application/json' })).toBe(
    204,
  )
  expect(intake()).toMatchObject({ accepted: 2 })
  expect(vitals.report().all.LCP).toMatchObject({ count: 2 })
})

test('what another site sends in a visitor’s name, or who does not say where it comes from, is refused', async () => {
  const { host, intake } = await openIntake()
  const strangers = [
    { 'sec-fetch-site': 'cross-site', origin: `http://${host}` },
    { 'sec-fetch-site': 'same-site' },
    { 'sec-fetch-site': 'none' },
    { origin: 'https://other.example' },
    { origin: `http://${host}.other.example` },
    {},
  ]
  for (const headers of strangers) {
    expect(await post(host, beacon, { 'content-type': 'text/plain', ...headers })).toBe(403)
  }
  expect(intake()).toMatchObject({ accepted: 0, foreign: strangers.length })
})

test('what is too long is refused, announced or not, and nothing of it is kept', async () => {
  const { host, intake } = await openIntake()
  const long = `${beacon}${' '.repeat(16 * 1024)}`
  expect(await post(host, long, { ...ofTheSite, 'content-length': String(long.length) })).toBe(413)
  expect(await post(host, long, { ...ofTheSite, 'transfer-encoding': 'chunked' })).toBe(413)
  expect(intake()).toMatchObject({ accepted: 0, tooLarge: 2 })
  expect(await post(host, beacon.padEnd(16 * 1024))).toBe(204)
})

test('what is no beacon, or comes in another form, is refused', async () => {
  const { host, intake } = await openIntake()
  expect(await post(host, '{"version":1}')).toBe(400)
  expect(await post(host, '')).toBe(400)
  expect(
    await post(host, beacon, { ...ofTheSite, 'content-type': 'application/x-www-form-urlencoded' }),
  ).toBe(415)
  expect(await post(host, beacon, { ...ofTheSite, 'content-encoding': 'gzip' })).toBe(415)
  expect(intake()).toMatchObject({ accepted: 0, malformed: 2 })
})

test('one address may send so many and no more', async () => {
  const { host, intake } = await openIntake({ limit: { limit: 3, window: '1h' } })
  const statuses = []
  for (let times = 0; times < 5; times++) statuses.push(await post(host, beacon))
  expect(statuses).toEqual([204, 204, 204, 429, 429])
  expect(intake()).toMatchObject({ accepted: 3, limited: 2 })
})

test('what is left out by sampling is answered like the rest', async () => {
  const { host, intake } = await openIntake({ sample: 0.5 })
  expect(await post(host, beacon)).toBe(204)
  expect(intake()).toMatchObject({ accepted: 0, sampled: 1 })
})

test('a visitor who leaves halfway breaks nothing', async () => {
  const { host, intake } = await openIntake()
  const request = send(`http://${host}/.hotpath/rum`, {
    method: 'POST',
    headers: { ...ofTheSite, 'content-length': '500' },
  })
  request.on('error', () => {})
  request.write(beacon)
  await new Promise((resolve) => request.once('socket', (socket) => socket.once('connect', resolve)))
  request.destroy()
  expect(await post(host, beacon)).toBe(204)
  expect(intake()).toMatchObject({ accepted: 1, malformed: 0 })
})
