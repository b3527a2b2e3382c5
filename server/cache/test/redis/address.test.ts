import { expect, test } from 'vitest'
import { addressText, readAddresses } from '../../src/redis/address.ts'

test('reads host, port, database, TLS and login, with what is usual where nothing is said', () => {
  expect(readAddresses('redis://localhost')).toEqual([
    { host: 'localhost', port: 6379, tls: false, database: 0 },
  ])
  expect(readAddresses('rediss://app:p%23ss@redis.example:6380/3')).toEqual([
    { host: 'redis.example', port: 6380, tls: true, username: 'app', password: 'p#ss', database: 3 },
  ])
  expect(readAddresses('redis://:only@[::1]:7000/')).toEqual([
    { host: '::1', port: 7000, tls: false, password: 'only', database: 0 },
  ])
})

test('reads several, whose passwords may hold commas', () => {
  const several = readAddresses('redis://:a,b@one, rediss://:redis,c@two:1,redis://three')
  expect(several.map(({ host, password }) => [host, password])).toEqual([
    ['one', 'a,b'],
    ['two', 'redis,c'],
    ['three', undefined],
  ])
})

test('is shown without user and password', () => {
  const [one, two] = readAddresses('redis://user:secret@host:1,redis://[::1]:2')
  expect([addressText(one), addressText(two!)]).toEqual(['host:1', '[::1]:2'])
})

test.for([
  '',
  'localhost:6379',
  'http://:secret@localhost',
  'redis://',
  'redis://:secret@',
  'redis://:sec%ret@localhost',
  'redis://:secret@localhost/zero',
  'redis://:secret@localhost/0/1',
  'redis://:secret@localhost:port',
  'redis://:secret@localhost,localhost:1',
  'redis://:secret@localhost,redis://',
])('%j is refused without being repeated', (url) => {
  expect(() => readAddresses(url)).toThrow(expect.objectContaining({ code: 'HP_CACHE_REDIS_URL_INVALID' }))
  expect(() => readAddresses(url)).not.toThrow(/sec%?ret/)
})
