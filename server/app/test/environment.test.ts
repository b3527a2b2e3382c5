import path from 'node:path'
import { expect, test } from 'vitest'
import { readEnvironment } from '../src/environment.ts'

test('nothing set means on, embedded, no token, data under .hotpath', () => {
  expect(readEnvironment({}, 'shop')).toEqual({
    layer: 'on',
    databaseUrl: null,
    token: null,
    folder: path.resolve('.hotpath/shop'),
  })
})

test('what is set is read', () => {
  const environment = {
    HOTPATH: 'off',
    DATABASE_URL: 'postgres://localhost/shop',
    HOTPATH_TOKEN: 'sixteen-characters',
    HOTPATH_FOLDER: '/data',
  }
  expect(readEnvironment(environment, 'shop')).toEqual({
    layer: 'off',
    databaseUrl: 'postgres://localhost/shop',
    token: 'sixteen-characters',
    folder: '/data/shop',
  })
})

test('an empty variable is an unset one', () => {
  expect(readEnvironment({ HOTPATH: '', DATABASE_URL: '', HOTPATH_TOKEN: '' }, 'shop').databaseUrl).toBeNull()
})

test('a misspelt HOTPATH is refused by name rather than taken for on', () => {
  expect(() => readEnvironment({ HOTPATH: 'Off' }, 'shop')).toThrow('HOTPATH is set to "Off".')
})

test('a short token is refused and not repeated', () => {
  expect(() => readEnvironment({ HOTPATH_TOKEN: 'secret' }, 'shop')).toThrow(
    'HOTPATH_TOKEN is set to "6 characters".',
  )
})
