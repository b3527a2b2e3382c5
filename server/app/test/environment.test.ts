import path from 'node:path'
import { expect, test } from 'vitest'
import { readEnvironment } from '../src/environment.ts'

test('nothing set means on, embedded, no token, data under .hotpath', () => {
  expect(readEnvironment({}, 'shop')).toEqual({
    layer: 'on',
    databaseUrl: null,
    replicaUrls: [],
    poolSize: null,
    redisUrl: null,
    token: null,
    viewToken: null,
    proxies: null,
    drainFor: null,
    runSecret: null,
    cacheMode: 'on',
    fastPath: false,
    accessLog: null,
    webhook: null,
    version: null,
    folder: path.resolve('.hotpath/shop'),
    workerNumber: null,
  })
})

test('what is set is read', () => {
  const environment = {
    HOTPATH: 'off',
    DATABASE_URL: 'postgres://localhost/shop',
    DATABASE_REPLICA_URLS: 'postgres://one/shop, postgres://two:5433/shop',
    DATABASE_POOL_SIZE: '20',
    REDIS_URL: 'rediss://user:p%40ss@cache:6380/2',
    HOTPATH_WORKER: '2',
    HOTPATH_TOKEN: 'sixteen-characters',
    HOTPATH_VIEW_TOKEN: 'sixteen-characters-too',
    HOTPATH_FOLDER: '/data',
    HOTPATH_PROXIES: '10.0.0.1, 10.1.0.0/16',
    HOTPATH_DRAIN: '5s',
    HOTPATH_RUN_SECRET: 'of this start',
    HOTPATH_WEBHOOK_URL: 'https://alerts.example.org/hook',
    HOTPATH_WEBHOOK_SECRET: 'a secret of many characters',
    HOTPATH_VERSION: '1.4.2',
  }
  expect(readEnvironment(environment, 'shop')).toEqual({
    layer: 'off',
    databaseUrl: 'postgres://localhost/shop',
    replicaUrls: ['postgres://one/shop', 'postgres://two:5433/shop'],
    poolSize: 20,
    redisUrl: 'rediss://user:p%40ss@cache:6380/2',
    token: 'sixteen-characters',
    viewToken: 'sixteen-characters-too',
    proxies: { trust: ['10.0.0.1', '10.1.0.0/16'] },
    drainFor: '5s',
    runSecret: 'of this start',
    cacheMode: 'on',
    fastPath: false,
    accessLog: null,
    webhook: { url: 'https://alerts.example.org/hook', secret: 'a secret of many characters' },
    version: '1.4.2',
    folder: '/data/shop',
    workerNumber: 2,
  })
})

test('an empty variable is an unset one', () => {
  const empty = { HOTPATH: '', DATABASE_URL: '', REDIS_URL: '', HOTPATH_TOKEN: '', HOTPATH_WORKER: '' }
  expect(readEnvironment(empty, 'shop')).toEqual(readEnvironment({}, 'shop'))
})

test('the nodes of a cluster stand with commas between them', () => {
  const url = 'redis://one:7000,redis://two:7000'
  expect(readEnvironment({ REDIS_URL: url }, 'shop').redisUrl).toBe(url)
})

test.each([
  ['no URL', 'hunter2@localhost', '17 characters that are no URL'],
  ['a password with a slash in it', 'redis://:hun/ter2@localhost:6379', 'characters that are no URL'],
  ['another protocol', 'http://:hunter2@localhost', 'an address of another kind'],
  ['a name and port, which reads like a protocol', 'hunter2:6379', 'an address of another kind'],
  ['no host', 'redis://', 'redis:// without a host'],
  ['one bad address among good ones', 'redis://one,hunter2', '7 characters that are no URL'],
])('a REDIS_URL with %s is refused and not repeated', (_, given, says) => {
  const read = () => readEnvironment({ REDIS_URL: given }, 'shop')
  expect(read).toThrow(says)
  expect(read).toThrow(/^(?!.*(hunter2|ter2@)).*redis:\/\/host:6379/s)
})

test.each([
  ['no URL', 'hunter2@localhost', '17 characters that are no URL'],
  ['another protocol', 'mysql://:hunter2@localhost', 'an address of another kind'],
  ['no host', 'postgres://', 'postgres:// without a host'],
  ['an address twice', 'postgres://:hunter2@one,postgres://:hunter2@one', 'an address that stands twice'],
])('DATABASE_REPLICA_URLS with %s are refused and not repeated', (_, given, says) => {
  const read = (DATABASE_URL: string) => () =>
    readEnvironment({ DATABASE_URL, DATABASE_REPLICA_URLS: given }, 'shop')
  expect(read('postgres://localhost/shop')).toThrow(says)
  expect(read('postgres://localhost/shop')).toThrow(/^(?!.*hunter2)/s)
  expect(read('')).toThrow('without a DATABASE_URL')
})

test('proxies are counted or named, and a drain takes a time', () => {
  expect(readEnvironment({ HOTPATH_PROXIES: '2' }, 'shop').proxies).toEqual({ trust: 2 })
  expect(() => readEnvironment({ HOTPATH_DRAIN: 'soon' }, 'shop')).toThrow('HOTPATH_DRAIN is set to "soon"')
})

test('a misspelt HOTPATH is refused by name rather than taken for on', () => {
  expect(() => readEnvironment({ HOTPATH: 'Off' }, 'shop')).toThrow('HOTPATH is set to "Off".')
})

test('a short token is refused and not repeated', () => {
  expect(() => readEnvironment({ HOTPATH_TOKEN: 'secret' }, 'shop')).toThrow(
    'HOTPATH_TOKEN is set to "6 characters".',
  )
})

test.each([
  ['of another protocol', 'ftp://example.org/s3cret'],
  ['with a password', 'https://user:s3cret@example.org/'],
  ['that is none', 's3cret'],
])('a HOTPATH_WEBHOOK_URL %s is refused and not repeated', (_, given) => {
  const read = () => readEnvironment({ HOTPATH_WEBHOOK_URL: given }, 'shop')
  expect(read).toThrow('HOTPATH_WEBHOOK_URL')
  expect(read).not.toThrow('s3cret')
})

test('a secret that can be guessed is refused, and so is a version of several lines', () => {
  expect(() => readEnvironment({ HOTPATH_WEBHOOK_SECRET: 'short' }, 'shop')).toThrow('HOTPATH_WEBHOOK_SECRET')
  expect(() => readEnvironment({ HOTPATH_VERSION: '1\n2' }, 'shop')).toThrow('HOTPATH_VERSION')
})

test('a token that stands for both roles is refused: who holds it could not only look', () => {
  const token = 'the-same-for-both-roles'
  const read = () => readEnvironment({ HOTPATH_TOKEN: token, HOTPATH_VIEW_TOKEN: token }, 'shop')
  expect(read).toThrow('HOTPATH_VIEW_TOKEN')
  expect(read).not.toThrow(token)
})
