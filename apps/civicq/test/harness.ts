import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createHotpath, type Hotpath } from '@hotpath/app'
import { targets } from '../budgets.ts'
import { routes } from '../routes.ts'
import type { Role } from '../src/api/shapes.ts'
import { connect } from '../src/connection.ts'
import { migrate } from '../src/migrate.ts'
import type { Db } from '../src/schema.ts'
import { seedDatabase } from '../src/seed/seed.ts'
import { createServer } from '../src/server.ts'
import { createTokens } from '../src/token.ts'

/** Where the seeded data stands in every test. */
export const reference = new Date('2026-11-20T00:00:00Z')

/** An embedded database of its own, with the layer around it. */
export interface Bench {
  hotpath: Hotpath
  db: Db
  close(): Promise<void>
}

export async function openBench(environment: Record<string, string> = {}): Promise<Bench> {
  const folder = await mkdtemp(path.join(tmpdir(), 'civicq-'))
  const hotpath = await createHotpath({
    name: 'civicq',
    routes,
    targets,
    environment: { HOTPATH_FOLDER: folder, ...environment },
  })
  return {
    hotpath,
    db: connect(hotpath.database.pool),
    async close() {
      await hotpath.close()
      await rm(folder, { recursive: true })
    },
  }
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
