import { spawn } from 'node:child_process'
import { cp, mkdtemp, rm, statfs } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { pipeline } from 'node:stream/promises'
import { formatBytes } from '@hotpath/core'
import type { Pool } from 'pg'
import { postgresErrors } from '../errors.ts'
import { findPostgres } from '../local/find.ts'
import { openPlain } from './open-plain.ts'

/** A copy of the database that may be changed at will. */
export interface Clone {
  target: { url: string } | { folder: string }
  /** How it was made, for the report. */
  how: string
  drop(): Promise<void>
}

/** How much of the database's size must be free besides it: the copy, and indexes on it. */
const spaceFactor = 1.5
const prefix = 'hotpath_advisor_'
/** A clone without a session is somebody's who was killed; younger than this it may be about to be used. */
const staleAfterS = 60

/**
 * Copies the database at `url` beside itself: as a template where nobody else is connected, else by pg_dump.
 * @throws HP_CLONE_FAILED, HP_CLONE_SPACE, and what openDatabase throws
 */
export async function cloneServer(url: string, options: { epochMs: number }): Promise<Clone> {
  const original = decodeURIComponent(new URL(url).pathname.slice(1)) || 'postgres'
  const admin = await openPlain({
    url: at(url, original === 'postgres' ? 'template1' : 'postgres'),
    statementTimeout: '30m',
  })
  try {
    await dropStale(admin, options.epochMs)
    await checkSpace(admin, { url, original })
    const name = `${prefix}${Math.floor(options.epochMs / 1000)}_${process.pid}`
    const how = await copy(admin, { url, original, name })
    return {
      target: { url: at(url, name) },
      how,
      async drop() {
        await admin.query(`drop database if exists ${name} with (force)`)
        await admin.end()
      },
    }
  } catch (error) {
    await admin.end()
    throw error
  }
}

/**
 * Copies the folder of an embedded database that nobody has open.
 * @throws HP_DATABASE_LOCKED, HP_DATABASE_FOLDER_UNUSABLE
 */
export async function cloneFolder(folder: string): Promise<Clone> {
  // Opened once: it fails where somebody else has it open, and leaves the files at rest.
  const original = await openPlain({ folder })
  await original.end()
  const copyFolder = await mkdtemp(path.join(tmpdir(), 'hotpath-advisor-'))
  await cp(path.join(folder, 'data'), path.join(copyFolder, 'data'), { recursive: true })
  return {
    target: { folder: copyFolder },
    how: 'a copy of its folder',
    drop: () => rm(copyFolder, { recursive: true, force: true }),
  }
}

function at(url: string, database: string): string {
  const other = new URL(url)
  other.pathname = `/${encodeURIComponent(database)}`
  return other.href
}

async function dropStale(admin: Pool, epochMs: number): Promise<void> {
  const { rows } = await admin.query<{ name: string }>(
    `select datname as name from pg_database d where datname ~ '^${prefix}[0-9]+_[0-9]+$'
     and not exists (select from pg_stat_activity a where a.datid = d.oid)
     and split_part(datname, '_', 3)::float8 < $1`,
    [epochMs / 1000 - staleAfterS],
  )
  // Another advisor may be dropping it at the same moment.
  for (const { name } of rows) await admin.query(`drop database if exists ${name}`).catch(() => {})
}

/** Known only where the server's files are on this machine and its user may ask for them. */
async function checkSpace(admin: Pool, { url, original }: { url: string; original: string }): Promise<void> {
  if (!/^(localhost|127\.|\[?::1)/.test(new URL(url).hostname)) return
  const shown = await admin.query<{ data_directory: string }>('show data_directory').catch(() => undefined)
  const space = await statfs(shown?.rows[0]?.data_directory ?? '/nowhere').catch(() => undefined)
  if (!space) return
  const sized = await admin.query<{ size: string }>('select pg_database_size($1) as size', [original])
  const needed = Number(sized.rows[0]?.size) * spaceFactor
  const free = space.bavail * space.bsize
  if (free < needed)
    throw postgresErrors.HP_CLONE_SPACE({ needed: formatBytes(needed), free: formatBytes(free) })
}

async function copy(
  admin: Pool,
  { url, original, name }: { url: string; original: string; name: string },
): Promise<string> {
  try {
    await admin.query(`create database ${name} template "${original.replaceAll('"', '""')}"`)
    return 'CREATE DATABASE … TEMPLATE: the same files, statistics included'
  } catch (error) {
    const { code, message } = error as Error & { code?: string }
    // 55006: others are connected; 42501: only its owner may use it as a template.
    if (code !== '55006' && code !== '42501')
      throw postgresErrors.HP_CLONE_FAILED({ problem: message }, { cause: error })
    await admin.query(`create database ${name} template template0`).catch((cause: Error) => {
      throw postgresErrors.HP_CLONE_FAILED({ problem: cause.message }, { cause })
    })
    try {
      await dumpAndRestore(url, at(url, name))
    } catch (cause) {
      await admin.query(`drop database if exists ${name} with (force)`)
      throw postgresErrors.HP_CLONE_FAILED({ problem: (cause as Error).message }, { cause })
    }
    return `pg_dump and pg_restore of schema and data (${message})`
  }
}

async function dumpAndRestore(from: string, to: string): Promise<void> {
  const bin = findPostgres()?.bin
  const program = (name: string): string => (bin === undefined ? name : path.join(bin, name))
  // The URL may hold a password, and arguments are seen by every user of the machine.
  const stdio = ['pipe', 'pipe', 'pipe'] as const
  const dump = spawn(program('pg_dump'), ['-Fc', '--no-owner', '--no-acl', '--compress=0'], {
    env: environment(from),
    stdio: [...stdio],
  })
  const target = new URL(to).pathname.slice(1)
  const restore = spawn(program('pg_restore'), ['--no-owner', '--no-acl', '-d', target], {
    env: environment(to),
    stdio: [...stdio],
  })
  const ended = [ending(dump), ending(restore)]
  await pipeline(dump.stdout, restore.stdin).catch(() => {})
  await Promise.all(ended)
}

function environment(url: string): NodeJS.ProcessEnv {
  const { hostname, port, username, password, pathname, searchParams } = new URL(url)
  return {
    PATH: process.env['PATH'],
    PGHOST: decodeURIComponent(hostname),
    PGPORT: port || '5432',
    PGUSER: decodeURIComponent(username) || process.env['USER'],
    PGPASSWORD: decodeURIComponent(password),
    PGDATABASE: decodeURIComponent(pathname.slice(1)),
    PGSSLMODE: searchParams.get('sslmode') ?? 'prefer',
  }
}

function ending(child: ReturnType<typeof spawn>): Promise<void> {
  let said = ''
  child.stderr?.on('data', (text: Buffer) => (said += text.toString()))
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) =>
      code === 0 ? resolve() : reject(new Error(said.trim().split('\n')[0] ?? 'it failed')),
    )
  })
}
