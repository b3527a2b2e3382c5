import { type ChildProcess, spawn } from 'node:child_process'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { openDatabase } from '@hotpath/postgres'
import { lockFolder } from '../src/pglite/folder-lock.ts'
import { identityOf, isAlive, readStat } from '../src/pglite/process-identity.ts'
import { failureOf, temporaryFolder } from './databases.ts'

describe('the folder of an embedded database', () => {
  test('is created with all its parents, and keeps the data', async () => {
    await using temporary = await temporaryFolder()
    const folder = path.join(temporary.folder, 'a', 'b')
    const database = await openDatabase({ folder })
    await database.query('create table votes as select 7 as id')
    await database.close()
    expect((await readdir(folder)).sort()).toEqual(['data'])

    const reopened = await openDatabase({ folder })
    expect((await reopened.query('select id from votes')).rows).toEqual([{ id: 7 }])
    await reopened.close()
  })

  test('is refused, with a reason, when it is a file', async () => {
    await using temporary = await temporaryFolder()
    const folder = path.join(temporary.folder, 'file')
    await writeFile(folder, '')
    expect(await failureOf(openDatabase({ folder }))).toMatchObject({ code: 'HP_DATABASE_FOLDER_UNUSABLE' })
  })

  test('is refused, and let go of, when its data is not of this PostgreSQL', async () => {
    await using temporary = await temporaryFolder()
    await mkdir(path.join(temporary.folder, 'data'))
    await writeFile(path.join(temporary.folder, 'data', 'PG_VERSION'), '9\n')
    const failure = await failureOf(openDatabase({ folder: temporary.folder }))
    expect(failure).toMatchObject({ code: 'HP_DATABASE_FOLDER_UNUSABLE' })
    expect(await readdir(temporary.folder)).toEqual(['data'])
  })

  test('is begun again when its first start was cut short', async () => {
    await using temporary = await temporaryFolder()
    const { folder } = temporary
    await mkdir(path.join(folder, 'data'))
    await writeFile(path.join(folder, 'data', 'PG_VERSION'), '18\n')
    await writeFile(path.join(folder, 'creating'), '')
    const database = await openDatabase({ folder })
    expect((await database.query('select 1 as n')).rows).toEqual([{ n: 1 }])
    expect(await readdir(folder)).not.toContain('creating')
    await database.close()
  })

  test('is refused to a second opener, whose data is safe once the first was killed', async () => {
    await using temporary = await temporaryFolder()
    const { folder } = temporary
    await using holder = await startHolder(folder)
    const failure = await failureOf(openDatabase({ folder }))
    expect(failure).toMatchObject({ code: 'HP_DATABASE_LOCKED' })
    expect(failure.message).toContain(`in use by process ${holder.pid}`)
    expect(failure.message).toContain(path.join(folder, 'lock'))

    const acknowledged = await holder.kill()
    expect(acknowledged).toBeGreaterThan(0)
    const database = await openDatabase({ folder })
    const { rows } = await database.query<{ id: number }>('select id from votes order by id')
    const ids = rows.map(({ id }) => id)
    expect(ids.slice(0, acknowledged)).toEqual(Array.from({ length: acknowledged }, (_, index) => index + 1))

    expect((await failureOf(openDatabase({ folder }))).message).toMatch(
      /in use by process \d+\..*Open it once/,
    )
    await database.close()
  })
})

describe('the lock', () => {
  test.each([
    ['whose process is gone', { pid: 2 ** 22 + 1, started: null, id: 'gone' }],
    [
      'whose process id was given to another process',
      { pid: process.pid, started: 'an earlier boot/1', id: 'recycled' },
    ],
    ['cut by a crash of the machine', ''],
    ['of another making', '{"pid":-1}'],
  ])('%s is taken over', async (_why, content) => {
    await using temporary = await temporaryFolder()
    const file = path.join(temporary.folder, 'lock')
    await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content))
    const lock = await lockFolder(temporary.folder, file)
    expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject(await identityOf(process.pid))
    await lock.release()
    await lock.release()
    expect(await readdir(temporary.folder)).toEqual([])
  })

  test('of the dead goes to exactly one of many who want it', async () => {
    for (let round = 0; round < 25; round++) {
      await using temporary = await temporaryFolder()
      const file = path.join(temporary.folder, 'lock')
      await writeFile(file, JSON.stringify({ pid: 2 ** 22 + 1, started: null, id: 'gone' }))
      const wanted = await Promise.allSettled(
        Array.from({ length: 12 }, () => lockFolder(temporary.folder, file)),
      )
      const winners = wanted.filter(({ status }) => status === 'fulfilled')
      expect(winners.length).toBe(1)
      expect(await readdir(temporary.folder)).toEqual(['lock'])
    }
  })

  test('leaves a lock alone that is no longer its own', async () => {
    await using temporary = await temporaryFolder()
    const file = path.join(temporary.folder, 'lock')
    const lock = await lockFolder(temporary.folder, file)
    const others = JSON.stringify({ ...(await identityOf(process.pid)), id: 'others' })
    await writeFile(file, others)
    await lock.release()
    expect(await readFile(file, 'utf8')).toBe(others)
  })

  test('of the dead goes to nobody while the process lives that wrote for them', async () => {
    await using temporary = await temporaryFolder()
    const file = path.join(temporary.folder, 'lock')
    const left = await identityOf(spawn('sleep', ['0.5']).pid!)
    await writeFile(file, JSON.stringify({ pid: 2 ** 22 + 1, started: null, id: 'gone', writer: left }))
    const lock = await lockFolder(temporary.folder, file)
    expect(await isAlive(left)).toBe(false)
    await lock.release()
  })

  test('names no writer once it is somebody else’s', async () => {
    await using temporary = await temporaryFolder()
    const file = path.join(temporary.folder, 'lock')
    const lock = await lockFolder(temporary.folder, file)
    await lock.nameWriter(process.pid)
    expect(JSON.parse(await readFile(file, 'utf8')).writer).toEqual(await identityOf(process.pid))
    await writeFile(file, JSON.stringify({ ...(await identityOf(process.pid)), id: 'others' }))
    expect(await failureOf(lock.nameWriter(process.pid))).toMatchObject({ code: 'HP_DATABASE_LOCKED' })
  })

  test('reads the start of a process whatever its name, and whether it has ended', () => {
    const fields = Array.from({ length: 50 }, (_, index) => String(index + 4))
    const stat = (state: string) => readStat(`12 (a ) (b) c) ${state} ${fields.join(' ')}`)
    expect(stat('S')).toEqual({ startTick: '22', isZombie: false })
    expect(stat('Z')).toEqual({ startTick: '22', isZombie: true })
  })
})

interface Holder extends AsyncDisposable {
  pid: number
  /** Kills it like a crash; resolves with how many rows it had acknowledged. */
  kill(): Promise<number>
}

async function startHolder(folder: string): Promise<Holder> {
  const program = path.join(import.meta.dirname, 'fixtures', 'hold-and-write.ts')
  const child: ChildProcess = spawn(process.execPath, [program, folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let acknowledged = 0
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  await new Promise<void>((resolve, reject) => {
    child.stdout!.on('data', (text: Buffer) => {
      acknowledged = Number(text.toString().trim().split('\n').at(-1))
      if (acknowledged >= 20) resolve()
    })
    void exited.then(() => reject(new Error('The holder ended before it wrote.')))
  })
  async function kill(): Promise<number> {
    child.kill('SIGKILL')
    await exited
    return acknowledged
  }
  return { pid: child.pid!, kill, [Symbol.asyncDispose]: async () => void (await kill()) }
}
