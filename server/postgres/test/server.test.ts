import { once } from 'node:events'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:net'
import path from 'node:path'
import { inspect } from 'node:util'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { openDatabase } from '@hotpath/postgres'
import { type LocalPostgres, startPostgres } from '@hotpath/postgres/local'
import { DatabasePool } from '../src/pool.ts'
import { failureOf } from './databases.ts'

const secret = 'correct-horse-battery'
let server: LocalPostgres
let folder: string

beforeAll(async () => {
  // The server reads its access rules as another user: they lie where everyone may look.
  folder = await mkdtemp(path.join('/tmp', 'hotpath-test-'))
  const rules = path.join(folder, 'pg_hba.conf')
  await chmod(folder, 0o755)
  await writeFile(rules, 'host all postgres 127.0.0.1/32 trust\nhost all all 127.0.0.1/32 scram-sha-256\n')
  server = await startPostgres({ durable: false, settings: { hba_file: rules } })
  const admin = await openDatabase({ url: server.url })
  await admin.query(`create role alice login password '${secret}'`)
  await admin.close()
})
afterAll(async () => {
  await server?.stop()
  await rm(folder, { recursive: true, force: true })
})

const urlOf = (change: (url: URL) => void): string => {
  const url = new URL(server.url)
  change(url)
  return url.href
}

describe('opening a server', () => {
  test('never shows the password, wherever the pool or an error is printed', async () => {
    const url = urlOf((url) => {
      url.username = 'alice'
      url.password = secret
    })
    const database = await openDatabase({ url })
    expect((await database.query('select current_user as name')).rows).toEqual([{ name: 'alice' }])
    expect(inspect(database, { depth: 6 })).not.toContain(secret)
    await database.close()

    const wrong = await failureOf(openDatabase({ url: url.replace(secret, 'wrong-secret') }))
    expect(wrong).toMatchObject({ code: 'HP_DATABASE_REFUSED' })
    expect(wrong.message).toMatch(/refused the connection of user "alice".*28P01.*Correct user and password/)
    expect(inspect(wrong, { depth: 6 })).not.toContain('wrong-secret')
  })

  test('says that a password is missing', async () => {
    const failure = await failureOf(openDatabase({ url: urlOf((url) => (url.username = 'alice')) }))
    expect(failure).toMatchObject({ code: 'HP_DATABASE_REFUSED', fix: expect.stringContaining('password') })
  })

  test('says that the database is missing, and how to create it', async () => {
    const failure = await failureOf(openDatabase({ url: urlOf((url) => (url.pathname = '/civicq')) }))
    expect(failure.message).toMatch(/database "civicq" does not exist.*3D000.*createdb civicq/)
  })

  test.each([
    ['not a url with:secret@', 'it is not a URL'],
    ['mysql://root:secret@localhost/x', 'it begins with mysql:'],
    ['postgres://u:sec#ret@localhost/x', 'it is not a URL'],
    ['postgres://u:secret@localhost/x?sslrootcert=/nowhere/root.crt', '/nowhere/root.crt'],
    ['postgres://u:secret@localhost/x?sslnegotiation=no', 'sslnegotiation'],
  ])('refuses the URL %s without repeating it', async (url, problem) => {
    const failure = await failureOf(openDatabase({ url }))
    expect(failure).toMatchObject({ code: 'HP_DATABASE_URL_INVALID' })
    expect(failure.message).toContain(problem)
    expect(inspect(failure, { depth: 6 })).not.toMatch(/secret|sec#ret/)
  })

  test('says that nobody listens', async () => {
    const failure = await failureOf(openDatabase({ url: urlOf((url) => (url.port = String(freedPort))) }))
    expect(failure).toMatchObject({ code: 'HP_DATABASE_UNREACHABLE' })
    expect(failure.message).toContain(`127.0.0.1:${freedPort}: no server listens there (ECONNREFUSED)`)
  })

  test('gives up on a server that accepts and says nothing, after connectTimeout', async () => {
    const silent = createServer()
    const port = await listen(silent)
    const failure = await failureOf(
      openDatabase({
        url: `postgres://u@127.0.0.1:${port}/d`,
        connectTimeout: '100ms',
        closeTimeout: '100ms',
      }),
    )
    silent.close()
    expect(failure).toMatchObject({ code: 'HP_DATABASE_UNREACHABLE' })
    expect(failure.message).toContain('it did not answer within connectTimeout')
  })

  test('names its connections and bounds their statements at the server', async () => {
    const database = await openDatabase({
      url: server.url,
      applicationName: 'civicq',
      statementTimeout: '1234ms',
    })
    const { rows } = await database.query(
      "select current_setting('application_name') as name, current_setting('statement_timeout') as timeout",
    )
    await database.close()
    expect(rows).toEqual([{ name: 'civicq', timeout: '1234ms' }])
  })

  test('opens as many connections as poolSize says, and no more', async () => {
    const database = await openDatabase({ url: server.url, poolSize: 3 })
    const pids = await Promise.all(
      Array.from({ length: 9 }, () =>
        database.query<{ pid: number }>('select pg_backend_pid() as pid, pg_sleep(0.02)'),
      ),
    )
    await database.close()
    expect(new Set(pids.map(({ rows }) => rows[0]?.pid)).size).toBe(3)
  })
})

describe('a connection that breaks', () => {
  test('while idle is replaced without a word', async () => {
    const [database, admin] = await Promise.all([
      openDatabase({ url: server.url, poolSize: 1 }),
      openDatabase({ url: server.url }),
    ])
    const pid = async () =>
      (await database.query<{ pid: number }>('select pg_backend_pid() as pid')).rows[0]!.pid
    const first = await pid()
    const removed = new Promise((resolve) => database.pool.once('remove', resolve))
    await admin.query('select pg_terminate_backend($1)', [first])
    await removed
    expect(await pid()).not.toBe(first)
    await Promise.all([database.close(), admin.close()])
  })

  test('inside a transaction fails the next statement by name, and the release still works', async () => {
    const [database, admin] = await Promise.all([
      openDatabase({ url: server.url, poolSize: 1 }),
      openDatabase({ url: server.url }),
    ])
    const client = await database.pool.connect()
    await client.query('begin')
    const { rows } = await client.query('select pg_backend_pid() as pid')
    const ended = new Promise((resolve) => client.once('end', () => resolve(undefined)))
    await admin.query('select pg_terminate_backend($1)', [rows[0].pid])
    await ended
    expect(await failureOf(client.query('select 1'))).toMatchObject({ code: 'HP_CONNECTION_LOST' })
    client.release()
    expect((await database.query('select 1 as n')).rows).toEqual([{ n: 1 }])
    await Promise.all([database.close(), admin.close()])
  })

  test('by a server that falls silent is given up', async () => {
    const { hostname: host, port, username: user } = new URL(server.url)
    const pool = new DatabasePool(
      { host, port: Number(port), user, database: 'postgres' },
      {
        max: 1,
        statementTimeoutMs: 500,
        silenceMs: 600,
        cancels: true,
        names: null,
        connectRetries: 0,
        retryDelayMs: 0,
        retryFactor: 2,
        leakAfterMs: 30_000,
        random: () => 0,
        connectTimeoutMs: 5_000,
        closeTimeoutMs: 100,
        explainConnectError: (error) => error,
        now: () => performance.now(),
        afterEnd: async () => {},
      },
    )
    const client = await pool.connect()
    const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid')
    const { pid } = rows[0]!
    // Silence while nothing is owed is no failure, and does not wear the guard out.
    await once(client.connection.stream, 'timeout')
    client.release()
    process.kill(pid, 'SIGSTOP')
    // Whatever happens here, the server could not stop while one of its processes is stopped.
    onTestFinished(() => void process.kill(pid, 'SIGCONT'))
    const failure = await failureOf(pool.query('select 1'))
    expect(failure).toMatchObject({ code: 'HP_STATEMENT_TIMEOUT' })
    expect(failure.message).toContain('silent for 600 ms')
    const again = await pool.query<{ pid: number }>('select pg_backend_pid() as pid')
    expect(again.rows[0]!.pid).not.toBe(pid)
    await pool.end()
  })
})

let freedPort: number
beforeAll(async () => {
  const taken = createServer()
  freedPort = await listen(taken)
  await new Promise((resolve) => taken.close(resolve))
})

async function listen(listener: Server): Promise<number> {
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve))
  return (listener.address() as { port: number }).port
}
