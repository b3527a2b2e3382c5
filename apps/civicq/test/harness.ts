import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createHotpath, type Hotpath } from '@hotpath/app'
import { targets } from '../budgets.ts'
import { routes } from '../routes.ts'
import type { Role } from '../src/api/shapes.ts'
import { keptResults } from '../src/cache-keys.ts'
import { connect } from '../src/connection.ts'
import { migrate } from '../src/migrate.ts'
import type { Db } from '../src/schema.ts'
import { seedDatabase } from '../src/seed/seed.ts'
import { createServer } from '../src/server.ts'
import { createTokens } from '../src/token.ts'

/** Where the seeded data stands in every test. */
export const reference = new Date('2026-11-20T00:00:00Z')

/** A database of its own with the layer around it. */
export interface Bench {
  hotpath: Hotpath
  db: Db
  close(): Promise<void>
}

/** Embedded, or on the server of CIVICQ_TEST_DATABASE_URL, where votes really are cast side by side. */
export async function openBench(environment: Record<string, string> = {}): Promise<Bench> {
  const folder = await mkdtemp(path.join(tmpdir(), 'civicq-'))
  const open = (more: Record<string, string>) =>
    createHotpath({
      name: 'civicq',
      routes,
      targets,
      // The machine of the tests may be busy.
      limits: { maxLoopDelay: false },
      environment: { HOTPATH_FOLDER: folder, ...more },
    })
  const server = process.env['CIVICQ_TEST_DATABASE_URL']
  const hotpath = await open({
    ...environment,
    ...(server && { DATABASE_URL: await newDatabase(server, open) }),
  })
  return {
    hotpath,
    db: connect(hotpath.pool),
    async close() {
      await hotpath.close()
      await rm(folder, { recursive: true })
    },
  }
}

async function newDatabase(
  server: string,
  open: (environment: Record<string, string>) => Promise<Hotpath>,
): Promise<string> {
  const name = `civicq_${randomUUID().replaceAll('-', '')}`
  const admin = await open({ DATABASE_URL: server })
  await admin.database.query(`create database ${name}`)
  await admin.close()
  const url = new URL(server)
  url.pathname = name
  return url.href
}

/** CivicQ listening, with a tiny data set. */
export interface TestApp extends Bench {
  url: string
  /** Errors that were our own fault; empty unless something is broken. */
  faults: unknown[]
  /** A token for a user, without signing in. */
  tokenFor(userId: number, role?: Role): string
  /** Sends and reads JSON. */
  call<T = any>(method: string, path: string, options?: CallOptions): Promise<Answer<T>>
}

interface CallOptions {
  json?: unknown
  token?: string
  headers?: Record<string, string>
}

export interface Answer<T> {
  status: number
  headers: Headers
  body: T
}

export interface TestAppOptions {
  environment?: Record<string, string>
  pages?: string
  clock?: () => number
}

export async function startTestApp(options: TestAppOptions = {}): Promise<TestApp> {
  const { environment = {}, pages = '/nowhere', clock = Date.now } = options
  const bench = await openBench(environment)
  const { hotpath, db } = bench
  await migrate(db)
  await seedDatabase(db, { seed: 1, scale: 0.02, reference, onProgress: () => {} })
  const tokens = createTokens(Buffer.alloc(32, 1))
  const faults: unknown[] = []
  const app = await createServer({
    db,
    cache: hotpath.cache,
    queries: await hotpath.createQueryCache(keptResults),
    invalidate: hotpath.invalidate,
    snapshot: hotpath.snapshot,
    serverFactory: hotpath.serverFactory,
    tokens,
    clock,
    pages,
    logError: (error) => faults.push(error),
  })
  const url = await app.listen({ port: 0, host: '127.0.0.1' })
  return {
    ...bench,
    url,
    faults,
    tokenFor: (userId, role = 'voter') => tokens.issue({ userId, role }, clock()).token,
    call: (method, path, call = {}) => send(url + path, method, call),
    async close() {
      await app.close()
      await bench.close()
    },
  }
}

/** A question in a contest of a candidate who can sign in, and the voters who have not voted on it. */
export async function openQuestion(db: Db): Promise<{ question: number; contest: number; voters: number[] }> {
  const row = await db
    .selectFrom('questions')
    .innerJoin('candidates', 'candidates.contest_id', 'questions.contest_id')
    .select(['questions.id as question', 'questions.contest_id as contest'])
    .where('candidates.user_id', 'is not', null)
    .where('status', '=', 'published')
    .orderBy('activity', 'desc')
    .executeTakeFirstOrThrow()
  const votes = db.selectFrom('question_votes').select('user_id').where('question_id', '=', row.question)
  const free = await db
    .selectFrom('users')
    .select('id')
    .where('role', '=', 'voter')
    .where('id', 'not in', votes)
    .orderBy('id')
    .execute()
  return { ...row, voters: free.map(({ id }) => id) }
}

async function send<T>(
  url: string,
  method: string,
  { json, token, headers = {} }: CallOptions,
): Promise<Answer<T>> {
  const response = await fetch(url, {
    method,
    headers: {
      ...(json !== undefined && { 'content-type': 'application/json' }),
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...headers,
    },
    ...(json !== undefined && { body: JSON.stringify(json) }),
  })
  const text = await response.text()
  const isJson = /json/.test(response.headers.get('content-type') ?? '')
  return { status: response.status, headers: response.headers, body: (isJson ? JSON.parse(text) : text) as T }
}
