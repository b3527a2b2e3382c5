import { IncomingMessage } from 'node:http'
import { Socket } from 'node:net'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { addressKey } from '../../src/limits/address-key.ts'
import { createClientAddress, type TrustedProxies } from '../../src/limits/client-address.ts'

test.each([
  ['203.0.113.7', '203.0.113.7'],
  ['::ffff:203.0.113.7', '203.0.113.7'],
  ['::ffff:cb00:7107', '203.0.113.7'],
  ['0:0:0:0:0:ffff:203.0.113.7', '203.0.113.7'],
  ['2001:db8:1:2233:4455:6677:8899:aabb', '2001:db8:1:2200::/56'],
  ['2001:db8:1:22ff::1', '2001:db8:1:2200::/56'],
  ['2001:db8:1:2300::1', '2001:db8:1:2300::/56'],
  ['fe80::1%eth0', 'fe80:0:0:0::/56'],
  ['::1', '0:0:0:0::/56'],
])('counts %s under %s', (address, key) => {
  expect(addressKey(address)).toBe(key)
})

test('what is no address has no key', () => {
  for (const text of ['', 'unknown', '1.2.3', '1.2.3.4.5', '::1::', "1.2.3.4'", '999.1.1.1']) {
    expect(addressKey(text)).toBeUndefined()
  }
})

test('all spellings of one IPv6 address have one key', () => {
  fc.assert(
    fc.property(fc.ipV6(), (address) => {
      const url = new URL(`http://[${address}]/`).hostname.slice(1, -1)
      expect(addressKey(address)).toBe(addressKey(url))
    }),
  )
})

function addressOf(
  proxies: TrustedProxies | undefined,
  headers: Record<string, string>,
  peer = '10.0.0.1',
): string {
  const socket = new Socket()
  Object.defineProperty(socket, 'remoteAddress', { value: peer })
  const request = new IncomingMessage(socket)
  request.headers = headers
  return createClientAddress(proxies)(request)
}

test('believes nobody unless told to', () => {
  expect(addressOf(undefined, { 'x-forwarded-for': '1.1.1.1' })).toBe('10.0.0.1')
  expect(addressOf({ trust: 0 }, { 'x-forwarded-for': '1.1.1.1' })).toBe('10.0.0.1')
})

test.each<[number | string[], string, string]>([
  [1, '6.6.6.6, 1.1.1.1', '1.1.1.1'],
  [2, '6.6.6.6, 1.1.1.1, 10.0.0.2', '1.1.1.1'],
  [5, '1.1.1.1, 10.0.0.2', '1.1.1.1'],
  [['10.0.0.0/8'], '6.6.6.6, 1.1.1.1, 10.9.9.9', '1.1.1.1'],
  [['10.0.0.1'], '6.6.6.6, 1.1.1.1, 10.9.9.9', '10.9.9.9'],
  [['192.168.0.0/16'], '1.1.1.1', '10.0.0.1'],
  [1, '1.1.1.1:4711', '1.1.1.1'],
  [1, '[2001:db8::1]:4711', '2001:db8::1'],
  [1, '1.1.1.1, nonsense', '10.0.0.1'],
  [2, 'nonsense, 1.1.1.1', '1.1.1.1'],
  [1, '', '10.0.0.1'],
])('with trust in %j reads "%s" from the right: %s', (trust, field, address) => {
  expect(addressOf({ trust }, { 'x-forwarded-for': field })).toBe(address)
})

test('reads Forwarded where it is the header that the proxies write', () => {
  const proxies = { trust: 1, header: 'forwarded' } as const
  expect(addressOf(proxies, { forwarded: 'for=6.6.6.6, For="[2001:db8::1]:47";proto=https' })).toBe(
    '2001:db8::1',
  )
  expect(addressOf(proxies, { forwarded: 'proto=https;for=1.1.1.1' })).toBe('1.1.1.1')
  expect(addressOf(proxies, { forwarded: 'for=unknown' })).toBe('10.0.0.1')
  expect(addressOf(proxies, { 'x-forwarded-for': '1.1.1.1' })).toBe('10.0.0.1')
})

test('whatever a client sends, one trusted proxy that adds its address decides', () => {
  fc.assert(
    fc.property(fc.string(), fc.ipV4(), (sent, client) => {
      expect(addressOf({ trust: 1 }, { 'x-forwarded-for': `${sent}, ${client}` })).toBe(client)
    }),
  )
})

test('refuses proxies that are none', () => {
  for (const trust of [-1, 1.5, 99, ['10.0.0.0/33'], ['everybody'], ['10.0.0.0/'], ['10.0.0.0/8/8']]) {
    expect(() => createClientAddress({ trust })).toThrow('Cannot trust the proxies')
  }
})
