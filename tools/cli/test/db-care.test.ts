import { spawn } from 'node:child_process'
import { text } from 'node:stream/consumers'
import { openDatabase } from '@hotpath/postgres'
import { type LocalPostgres, startPostgres } from '@hotpath/postgres/local'
import { afterAll, beforeAll, expect, test } from 'vitest'

let server: LocalPostgres
beforeAll(async () => {
  server = await startPostgres({
    durable: false,
    settings: { idle_in_transaction_session_timeout: '1min', fsync: 'on' },
  })
  const database = await openDatabase({ url: server.url })
  await database.query(`
    create table posts (id int primary key, title text);
    create index posts_a on posts (title);
    create index posts_b on posts (title);`)
  await database.close()
})
afterAll(() => server.stop())

async function db(...args: string[]) {
  const main = new URL('../src/main.ts', import.meta.url).pathname
  const child = spawn(process.execPath, [main, 'db', ...args, '--url', server.url])
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve))
  const [stdout, stderr, code] = await Promise.all([text(child.stdout), text(child.stderr), ended])
  return { stdout, stderr, code }
}

test('db health says what is wrong and what mends it, by its exit code, too', async () => {
  const found = await db('health')
  expect(found).toMatchObject({ code: 1, stderr: '' })
  expect(found.stdout).toContain('warning  duplicate-index  public.posts_b')
  expect(found.stdout).toContain('→ drop index concurrently public.posts_b;')
  const database = await openDatabase({ url: server.url })
  await database.query('drop index posts_b')
  await database.close()
  const json = await db('health', '--json')
  expect(json.code).toBe(0)
  expect(JSON.parse(json.stdout)).toMatchObject({ findings: [], checked: { tables: 1, servers: 1 } })
})

test('db triggers installs them, lists them, and takes them away', async () => {
  const dry = await db('triggers', '--install', '--dry-run')
  expect(dry.stdout).toContain('create trigger hotpath_notify_insert after insert on "public"."posts"')
  expect((await db('triggers')).stdout).toBe('No table has triggers of Hotpath.\n')
  const installed = await db('triggers', '--install', '--key', 'posts.id', '--json')
  expect(JSON.parse(installed.stdout)).toEqual({ tables: [{ table: 'public.posts', key: 'id' }] })
  const unknown = await db('triggers', '--install', '--table', 'nothing')
  expect(unknown.code).toBe(4)
  expect(unknown.stderr).toContain('public.posts')
  expect((await db('triggers', '--remove', '--json')).stdout).toBe('{\n  "tables": []\n}\n')
})
