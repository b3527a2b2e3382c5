import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chmod, mkdir, readdir, realpath, symlink, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, test, vi } from 'vitest'
import { openDatabase } from '@hotpath/postgres'
import { findPostgres, startPostgres } from '@hotpath/postgres/local'
import { failureOf, temporaryFolder } from './databases.ts'

async function askOnce(url: string, sql: string): Promise<unknown[]> {
  const database = await openDatabase({ url, poolSize: 1 })
  const { rows } = await database.query(sql)
  await database.close()
  return rows
}

describe('a local server', () => {
  test('runs beside another, each with its settings, and is gone after stop', async () => {
    const [one, two] = await Promise.all([
      startPostgres({ settings: { work_mem: '5MB', cluster_name: "it's one" } }),
      startPostgres({ durable: false }),
    ])
    const [folder] = (await askOnce(one.url, 'show data_directory')) as [{ data_directory: string }]
    expect(
      await askOnce(
        one.url,
        "select current_setting('work_mem') as mem, current_setting('cluster_name') as name, current_setting('fsync') as fsync",
      ),
    ).toEqual([{ mem: '5MB', name: "it's one", fsync: 'on' }])
    expect(await askOnce(two.url, 'show fsync')).toEqual([{ fsync: 'off' }])
    expect((await askOnce(two.url, 'show server_version'))[0]).toMatchObject({
      server_version: expect.stringContaining(two.version),
    })
    await Promise.all([one.stop(), two.stop(), one.stop()])
    expect(await failureOf(openDatabase({ url: one.url }))).toMatchObject({ code: 'HP_DATABASE_UNREACHABLE' })
    expect(existsSync(path.dirname(folder.data_directory))).toBe(false)
  })

  test('is stopped, and its folder removed, when the process that started it is killed', async () => {
    const program = path.join(import.meta.dirname, 'fixtures', 'start-and-wait.ts')
    const child = spawn(process.execPath, [program], { stdio: ['ignore', 'pipe', 'inherit'] })
    const url = await new Promise<string>((resolve) => {
      child.stdout.once('data', (text: Buffer) => resolve(text.toString().trim()))
    })
    const database = await openDatabase({ url, poolSize: 1 })
    const { rows } = await database.query<{ data_directory: string }>('show data_directory')
    const client = await database.pool.connect()
    const cut = new Promise((resolve) => client.once('end', () => resolve(undefined)))
    child.kill('SIGKILL')
    await cut
    client.release()
    await database.close()
    const folder = path.dirname(rows[0]!.data_directory)
    await expect.poll(() => existsSync(folder), { timeout: 20_000 }).toBe(false)
  })

  test('that cannot start says what PostgreSQL said, and leaves nothing behind', async () => {
    await using temporary = await temporaryFolder()
    await chmod(temporary.folder, 0o755)
    vi.stubEnv('TMPDIR', temporary.folder)
    const failure = await failureOf(startPostgres({ settings: { shared_buffers: 'plenty' } }))
    vi.unstubAllEnvs()
    expect(failure).toMatchObject({ code: 'HP_POSTGRES_START_FAILED' })
    expect(failure.message).toContain('invalid value for parameter "shared_buffers"')
    expect(await readdir(temporary.folder)).toEqual([])
  })
})

describe('finding PostgreSQL', () => {
  async function pretend(bin: string, version: string): Promise<void> {
    await mkdir(bin, { recursive: true })
    for (const name of ['initdb', 'pg_ctl', 'postgres']) {
      await writeFile(path.join(bin, name), `#!/bin/sh\necho "postgres (PostgreSQL) ${version} (Debian)"\n`)
      await chmod(path.join(bin, name), 0o755)
    }
  }

  test('takes the newest of the packaged versions', async () => {
    await using temporary = await temporaryFolder()
    const packaged = temporary.folder
    await pretend(path.join(packaged, '9.6', 'bin'), '9.6.24')
    await pretend(path.join(packaged, '17', 'bin'), '17.2')
    await mkdir(path.join(packaged, '18', 'lib'), { recursive: true })
    expect(findPostgres({ packaged, searchPath: '' })).toEqual({
      bin: path.join(packaged, '17', 'bin'),
      version: '17.2',
    })
  })

  test('follows a link on the PATH to where the other programs lie', async () => {
    await using temporary = await temporaryFolder()
    const folder = await realpath(temporary.folder)
    await pretend(path.join(folder, 'opt'), '18beta1')
    await mkdir(path.join(folder, 'links'))
    await symlink(path.join(folder, 'opt', 'postgres'), path.join(folder, 'links', 'postgres'))
    const searchPath = [path.join(folder, 'nowhere'), path.join(folder, 'links')].join(path.delimiter)
    expect(findPostgres({ packaged: path.join(folder, 'none'), searchPath })).toEqual({
      bin: path.join(folder, 'opt'),
      version: '18beta1',
    })
  })

  test('finds nothing where there is nothing', async () => {
    await using temporary = await temporaryFolder()
    expect(
      findPostgres({ packaged: path.join(temporary.folder, 'none'), searchPath: temporary.folder }),
    ).toBe(undefined)
  })
})
