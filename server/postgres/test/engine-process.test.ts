import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openDatabase } from '@hotpath/postgres'
import { identityOf, isAlive } from '../src/pglite/process-identity.ts'
import { failureOf, temporaryFolder } from './databases.ts'

const endless = 'select count(*) from generate_series(1, 1e12::int8)'

const made = await temporaryFolder()
beforeAll(async () => (await openDatabase(made)).close())
afterAll(() => made[Symbol.asyncDispose]())

/** A folder with a database in it: making one takes seconds. */
async function madeFolder() {
  const temporary = await temporaryFolder()
  await cp(made.folder, temporary.folder, { recursive: true })
  return temporary
}

describe('the process of an embedded database', () => {
  test('ends with its application, which was killed amid a statement without end', async () => {
    await using temporary = await madeFolder()
    const { folder } = temporary
    const program = path.join(import.meta.dirname, 'fixtures', 'hold-and-hang.ts')
    const application = spawn(process.execPath, [program, folder], { stdio: ['ignore', 'pipe', 'inherit'] })
    await once(application.stdout, 'data')
    const engine = await engineIn(folder)
    await untilBusy(engine)
    application.kill('SIGKILL')
    await expect.poll(() => isAlive(engine)).toBe(false)

    const database = await openDatabase({ folder })
    expect((await database.query('select id from votes')).rows).toEqual([{ id: 7 }])
    await database.close()
  })

  test('goes on where a whole group of processes is told to stop, until its application closes it', async () => {
    await using temporary = await madeFolder()
    const database = await openDatabase(temporary)
    const engine = await engineIn(temporary.folder)
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.kill(engine.pid, signal)
    expect((await database.query('select 1 as n')).rows).toEqual([{ n: 1 }])
    expect(await engineIn(temporary.folder)).toEqual(engine)
    await database.close()
    expect(await isAlive(engine)).toBe(false)
    expect(await readdir(temporary.folder)).toEqual(['data'])
  })

  test('takes its statement along when it dies, not the database in a folder', async () => {
    await using temporary = await madeFolder()
    const database = await openDatabase(temporary)
    await database.query('create table votes as select 7 as id')
    const first = await engineIn(temporary.folder)
    const running = failureOf(database.query(endless))
    await untilBusy(first)
    process.kill(first.pid, 'SIGKILL')
    expect(await running).toMatchObject({
      code: 'HP_CONNECTION_LOST',
      message: expect.stringContaining('its process ended with SIGKILL'),
    })
    expect((await database.query('select id from votes')).rows).toEqual([{ id: 7 }])

    const second = await engineIn(temporary.folder)
    process.kill(second.pid, 'SIGKILL')
    await expect.poll(() => database.pool.totalCount).toBe(0)
    expect((await database.query('select id from votes')).rows).toEqual([{ id: 7 }])
    await database.close()
  })

  test('takes a database in memory with it, and every statement says so', async () => {
    const database = await openDatabase()
    await database.query('select 1')
    for (const { pid } of await enginesOf(process.pid)) process.kill(pid, 'SIGKILL')
    await expect.poll(() => database.pool.totalCount).toBe(0)
    expect(await failureOf(database.query('select 1'))).toMatchObject({
      code: 'HP_DATABASE_LOST',
      message: expect.stringContaining('its process ended with SIGKILL'),
    })
    await database.close()
  })

  test('is started again when it crashes at its start, be it the first on a folder', async () => {
    await using temporary = await temporaryFolder()
    const before = (await enginesOf(process.pid)).length
    const opening = openDatabase(temporary)
    await expect.poll(() => enginesOf(process.pid), { interval: 5 }).toHaveLength(before + 1)
    process.kill((await enginesOf(process.pid)).at(-1)!.pid, 'SIGSEGV')
    const database = await opening
    expect((await database.query('select 1 as n')).rows).toEqual([{ n: 1 }])
    await database.close()
  })

  test('takes nothing over that was meant for its application', async () => {
    await using temporary = await madeFolder()
    process.env['NODE_OPTIONS'] = '--require /nowhere.js'
    try {
      const database = await openDatabase(temporary)
      expect((await database.query('select 1 as n')).rows).toEqual([{ n: 1 }])
      await database.close()
    } finally {
      delete process.env['NODE_OPTIONS']
    }
  })
})

type Engine = Awaited<ReturnType<typeof identityOf>>

/** The process that the lock of a folder names beside its application. */
async function engineIn(folder: string): Promise<Engine> {
  const { writer } = JSON.parse(await readFile(path.join(folder, 'lock'), 'utf8'))
  return writer
}

async function enginesOf(parent: number): Promise<Engine[]> {
  const threads = await readdir(`/proc/${parent}/task`)
  const texts = await Promise.all(
    threads.map((thread) => readFile(`/proc/${parent}/task/${thread}/children`, 'utf8')),
  )
  const pids = texts.flatMap((text) => text.split(' ').filter(Boolean).map(Number))
  const children = await Promise.all(pids.map(commandOf))
  return Promise.all(
    children.filter(({ command }) => command.includes('engine-main')).map(({ pid }) => identityOf(pid)),
  )
}

async function commandOf(pid: number): Promise<{ pid: number; command: string }> {
  // Empty where the process has ended meanwhile.
  return { pid, command: await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '') }
}

/** Resolves once it has worked for a while: a statement is under way then. */
async function untilBusy({ pid }: Engine): Promise<void> {
  const before = await ticksOf(pid)
  await expect.poll(async () => (await ticksOf(pid)) - before).toBeGreaterThan(20)
}

/** Time on a processor in hundredths of a second: fields 14 and 15 of proc(5) stat. */
async function ticksOf(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8')
  const [user, system] = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .slice(11, 13)
  return Number(user) + Number(system)
}
