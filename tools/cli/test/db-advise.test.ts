import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { openDatabase } from '@hotpath/postgres'
import { type LocalPostgres, startPostgres } from '@hotpath/postgres/local'
import { afterAll, beforeAll, expect, test } from 'vitest'

let server: LocalPostgres
let folder: string
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'hotpath-advise-'))
  server = await startPostgres({ durable: false })
  const database = await openDatabase({ url: server.url, tap: { slow: '1h' } })
  await database.query(
    'create table items as select n as id, n % 2000 as cart from generate_series(1, 60000) n',
  )
  await database.query('vacuum analyze items')
  await database.close()
})
afterAll(async () => {
  await server.stop()
  await rm(folder, { recursive: true })
})

function advise(args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const program = new URL('../src/main.ts', import.meta.url).pathname
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [program, 'db', 'advise', '--url', server.url, ...args],
      (error, stdout, stderr) => resolve({ code: error ? Number(error.code) : 0, stdout, stderr }),
    )
  })
}

test('one JSON document on stdout, progress on stderr, and the migration in its file', async () => {
  const workload = path.join(folder, 'workload.jsonl')
  const out = path.join(folder, 'indexes.sql')
  const line = { name: 'cart', weight: 9, sql: 'select id from items where cart = $1', params: [[1], [1999]] }
  await writeFile(workload, `${JSON.stringify(line)}\n\n`)
  const { code, stdout, stderr } = await advise([
    '--workload',
    workload,
    '--out',
    out,
    '--time-limit',
    '30s',
    '--json',
  ])
  expect(stderr).toContain('verify')
  expect(code).toBe(0)
  const advice = JSON.parse(stdout) as Record<string, any>
  expect(advice['accepted'][0]).toMatchObject({
    sql: expect.stringContaining('CREATE INDEX "idx_items_cart') as string,
    gain: expect.any(Number) as number,
    sizeBytes: expect.any(Number) as number,
    writeCost: 0,
  })
  expect(advice['afterMs']).toBeLessThan(advice['beforeMs'])
  expect(advice['rejected']).toBeInstanceOf(Array)
  expect(await readFile(out, 'utf8')).toContain('create index concurrently if not exists "idx_items_cart')
})

test('a workload that cannot be read is wrong usage, and names its line', async () => {
  const workload = path.join(folder, 'broken.jsonl')
  await writeFile(workload, '{"sql": "select 1"}\n{"sql": 7}\n')
  const { code, stderr } = await advise(['--workload', workload])
  expect(code).toBe(4)
  expect(stderr).toContain('Line 2')
})
