import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { openDatabase } from '@hotpath/postgres'
import { type DatabaseOptions, databaseDefaults, readDatabaseOptions } from '../src/options.ts'
import { failureOf } from './databases.ts'

describe('the database options', () => {
  test('are complete and in milliseconds', () => {
    expect(readDatabaseOptions({ folder: 'data', statementTimeout: '2s' })).toMatchObject({
      url: null,
      folder: 'data',
      poolSize: 10,
      statementTimeoutMs: 2_000,
      connectTimeoutMs: 5_000,
    })
  })

  test('document their defaults as they are', async () => {
    const source = await readFile(path.join(import.meta.dirname, '../src/options.ts'), 'utf8')
    for (const [name, value] of Object.entries(databaseDefaults)) {
      const documented = new RegExp(`@default (\\S+) \\*/\\n\\s+${name}\\?:`).exec(source)?.[1]
      expect(documented).toBe(typeof value === 'string' ? `'${value}'` : String(value))
    }
  })

  test.each<[string, DatabaseOptions, string]>([
    ['a pool of none', { poolSize: 0 }, 'poolSize'],
    ['half a connection', { poolSize: 1.5 }, 'poolSize'],
    ['no time at all', { statementTimeout: 0 }, 'statementTimeout'],
    ['more time than a timer can count', { connectTimeout: '30d' }, 'connectTimeout'],
    ['a folder beside a server', { url: 'postgres://localhost/x', folder: 'x' }, 'folder'],
    ['a folder without a name', { folder: '' }, 'folder'],
  ])('refuse %s', async (_what, options, name) => {
    const failure = await failureOf(openDatabase(options))
    expect(failure).toMatchObject({ code: 'HP_DATABASE_OPTION_INVALID' })
    expect(failure.message).toContain(`option ${name} is`)
  })
})
