import { mkdtemp, rm } from 'node:fs/promises'
import http, { type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createHotpath, type Hotpath, type HotpathOptions, route } from '@hotpath/app'
import { openDatabase } from '@hotpath/postgres'
import { type LocalPostgres, startPostgres, startReplica } from '@hotpath/postgres/local'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'

let primary: LocalPostgres
let replica: LocalPostgres
let folder: string
let app: App

interface App {
  hotpath: Hotpath
  url: string
  close(): Promise<void>
}

const routes = [
  route('GET /notes/:id', { fresh: '1h', replica: true, tags: ({ id }) => [`note:${id}`] }),
  route('GET /own/:id', { visibility: 'private', replica: true }),
  route('GET /object/:id', { visibility: 'private', replica: true }),
  route('GET /counted/:id', { fresh: '1h', replica: true }),
  route('GET /elsewhere', { visibility: 'private' }),
  route('POST /notes/:id', { replica: true }),
]

const text = async ({ pool }: Hotpath, id: string): Promise<string> => {
  const client = await pool.connect()
  try {
    const { rows } = await client.query<{ text: string }>('select text from notes where id = $1', [id])
    return rows[0]!.text
  } finally {
    client.release()
  }
}

const handlers: Record<string, (hotpath: Hotpath, id: string, request: IncomingMessage) => Promise<string>> =
  {
    'GET notes': text,
    'GET own': text,
    'GET object': (hotpath, id) =>
      hotpath.cache.getOrLoad(`note:${id}`, () => text(hotpath, id), { tags: [`note:${id}`] }),
    'GET counted': async (hotpath, id) => {
      await hotpath.database.query('update notes set reads = reads + 1 where id = $1', [id])
      return text(hotpath, id)
    },
    'GET elsewhere': (hotpath) => hotpath.reads({ replica: true }, () => text(hotpath, '1')),
    'POST notes': async (hotpath, id, { headers }) => {
      await hotpath.database.query('update notes set text = $2 where id = $1', [id, headers['x-text']])
      await hotpath.invalidate({ tags: [`note:${id}`] })
      return 'written'
    },
  }

const listenerOf = (hotpath: Hotpath): RequestListener =>
  function (request: IncomingMessage, response: ServerResponse) {
    const [, name = '', id = ''] = request.url!.split('/')
    const handle = handlers[`${request.method} ${name}`]!
    handle(hotpath, id, request).then(
      (body) => response.end(body),
      (error: Error) => response.writeHead(500).end(error.message),
    )
  }

async function open(options: Partial<HotpathOptions> = {}): Promise<App> {
  const hotpath = await createHotpath({
    name: 'notes',
    routes,
    environment: { HOTPATH_FOLDER: folder, DATABASE_URL: primary.url, DATABASE_REPLICA_URLS: replica.url },
    // The machine of the tests may be busy.
    limits: { maxLoopDelay: false },
    // A paused replica is to be asked nevertheless.
    replicas: { maxLag: '1h', pollEvery: '20ms' },
    ...options,
  })
  const server = http.createServer(listenerOf(hotpath))
  hotpath.attach(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    hotpath,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.closeAllConnections()
      server.close()
      await hotpath.close()
    },
  }
}

const get = async (from: App, where: string, headers: Record<string, string> = {}) =>
  (await fetch(from.url + where, { headers })).text()
const write = (to: App, note: `${number} ${string}`, headers: Record<string, string> = {}) => {
  const [id, words = ''] = note.split(' ')
  return fetch(`${to.url}/notes/${id}`, { method: 'POST', headers: { 'x-text': words, ...headers } })
}
const cookieOf = ({ headers }: Response) => headers.getSetCookie()[0]!.split(';', 1)[0]!

async function until(isSo: () => Promise<boolean> | boolean): Promise<void> {
  for (const deadline = performance.now() + 20_000; !(await isSo());) {
    if (performance.now() > deadline) throw new Error('It never became so.')
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

/** On the replica itself. */
async function onReplica(sql: string): Promise<unknown> {
  const database = await openDatabase({ url: replica.url })
  const { rows } = await database.query<{ said: unknown }>(sql)
  await database.close()
  return rows[0]?.said
}
const pause = () => onReplica('select pg_wal_replay_pause()')
/** Until the replica has replayed all that was written so far. */
async function caughtUp(): Promise<void> {
  const sql = 'select pg_current_wal_lsn()::text as lsn'
  const { rows } = await app.hotpath.database.query<{ lsn: string }>(sql)
  await until(
    async () => (await onReplica(`select pg_last_wal_replay_lsn() >= '${rows[0]!.lsn}' as said`)) === true,
  )
}
const resume = () => onReplica('select pg_wal_replay_resume()')

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'hotpath-replicas-'))
  primary = await startPostgres({ durable: false, settings: { synchronous_commit: 'on' } })
  replica = await startReplica(primary, { settings: { hot_standby_feedback: 'on' } })
  app = await open()
  const { database } = app.hotpath
  await database.query('create table notes (id int primary key, text text not null, reads int default 0)')
  await database.query(`insert into notes select n, 'old' from generate_series(1, 9) n`)
}, 60_000)
afterAll(async () => {
  await app.close()
  await replica.stop()
  await primary.stop()
  await rm(folder, { recursive: true, force: true })
})
beforeEach(async () => {
  await resume()
  await app.hotpath.database.query(`update notes set text = 'old'`)
  await app.hotpath.invalidate({ pattern: '*' })
  // What it has from before may look the same and change once more: a pause would keep what lies between.
  await caughtUp()
  // What a private route reads without a cookie is whatever the replica has.
  await until(async () => (await get(app, '/own/1')) === 'old')
})

describe('a replica that is behind', () => {
  test('fills no shared cache with what an acknowledged invalidation dropped', async () => {
    await pause()
    await write(app, '1 new')
    expect(await get(app, '/own/1'), 'the replica is asked, and behind').toBe('old')
    // Who asks wrote nothing; the answer is for everybody.
    expect(await get(app, '/notes/1')).toBe('new')
    expect(await get(app, '/object/1'), 'an object is for everybody, too').toBe('new')
    await resume()
    expect(await get(app, '/notes/1')).toBe('new')
    expect(await get(app, '/object/1')).toBe('new')
  })

  test('shows nobody less than their own writes, in whichever process they are', async () => {
    await using other = Object.assign(await open(), {
      [Symbol.asyncDispose]: () => other.close(),
    })
    await pause()
    const cookie = cookieOf(await write(app, '2 mine'))
    for (const process of [app, other]) {
      await until(async () => (await get(process, '/own/2')) === 'old')
      expect(await get(process, '/own/2', { cookie: `theme=dark; ${cookie}; lang=de` })).toBe('mine')
      const damaged = `${cookie.slice(0, -3)}abc`
      expect(await get(process, '/own/2', { cookie: damaged }), 'in doubt, the primary answers').toBe('mine')
    }
  })

  test('is asked only where the route, or a part of its work, says so', async () => {
    await pause()
    await write(app, '1 new')
    expect(await get(app, '/elsewhere')).toBe('old')
    expect(await text(app.hotpath, '1'), 'outside of requests').toBe('new')
  })
})

test('the place of a write goes into a cookie, and answers to reads have none and stay cacheable', async () => {
  const { headers } = await write(app, '3 new')
  expect(headers.getSetCookie()).toEqual([
    expect.stringMatching(/^hotpath-position=[\w.-]+; Path=\/; Max-Age=\d+; HttpOnly; SameSite=Lax$/),
  ])
  const secure = await write(app, '3 new', { 'x-forwarded-proto': 'https' })
  expect(secure.headers.getSetCookie()[0]).toMatch(/; Secure$/)
  const cookie = cookieOf(secure)
  await get(app, '/notes/3', { cookie })
  const again = await fetch(`${app.url}/notes/3`, { headers: { cookie } })
  expect(again.headers.getSetCookie()).toEqual([])
  expect(again.headers.get('cache-status')).toContain('hit')
})

test('a read that writes is kept for nobody: the cookie is one client’s', async () => {
  for (let time = 0; time < 2; time++) {
    const { headers } = await fetch(`${app.url}/counted/4`)
    expect(headers.getSetCookie()).toHaveLength(1)
    expect(headers.get('cache-status')).not.toContain('hit')
  }
})

test('clients without cookies carry it in a header', async () => {
  const plain = await open({ replicas: { maxLag: '1h', pollEvery: '20ms', session: 'header' } })
  try {
    await pause()
    const { headers } = await write(plain, '5 mine')
    expect(headers.getSetCookie()).toEqual([])
    await until(async () => (await get(plain, '/own/5')) === 'old')
    const position = headers.get('hotpath-position')!
    expect(await get(plain, '/own/5', { 'hotpath-position': position })).toBe('mine')
  } finally {
    await plain.close()
  }
})

test('a replica that is down when the application starts, or dies, takes nothing away', async () => {
  await replica.halt()
  const late = await open({ replicas: { pollEvery: '20ms' } })
  try {
    const ready = async () => (await (await fetch(`${late.url}/ready`)).json()) as Record<string, unknown>
    expect(JSON.stringify(await ready())).toMatch(/replica 127\.0\.0\.1:\d+\/postgres":"failed/)
    expect(await get(late, '/own/1')).toBe('old')
    await replica.resume()
    await until(async () => /\/postgres":"ok"/.test(JSON.stringify(await ready())))
    expect(await get(late, '/own/1')).toBe('old')
  } finally {
    await late.close()
  }
})

test('results of the query cache are kept, dropped by writes, and never filled by what is behind', async () => {
  const queries = await app.hotpath.createQueryCache()
  const read = async () =>
    (await queries.query<{ text: string }>('select text from notes where id = $1', [6])).rows[0]!.text
  expect([await read(), await read()]).toEqual(['old', 'old'])
  const { hits } = app.hotpath.snapshot().cache.objects.find(({ namespace }) => namespace === 'queries')!
  expect(hits).toBe(1)
  await pause()
  await write(app, '6 new')
  expect([await read(), await read()]).toEqual(['new', 'new'])
  await expect(app.hotpath.createQueryCache()).rejects.toMatchObject({ code: 'HP_NAMESPACE_TAKEN' })
})

test('with the layer off everything is read from the primary', async () => {
  const environment = {
    HOTPATH: 'off',
    HOTPATH_FOLDER: folder,
    DATABASE_URL: primary.url,
    DATABASE_REPLICA_URLS: replica.url,
  }
  const off = await open({ environment })
  try {
    await pause()
    const { headers } = await write(off, '7 new')
    expect(headers.getSetCookie()).toEqual([])
    expect(await get(off, '/own/7')).toBe('new')
    const queries = await off.hotpath.createQueryCache()
    expect(queries.refusal('select text from notes')).toBe('the layer is off')
  } finally {
    await off.close()
  }
})
