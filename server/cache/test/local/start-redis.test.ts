import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { startRedis } from '@hotpath/cache/local'
import { connected, plain, testRedis } from '../redis/connected.ts'

async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'hotpath-test-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}

/** Whether something listens there. */
function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => (socket.destroy(), resolve(true)))
    socket.once('error', () => resolve(false))
  })
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

test('several run beside each other, each with its settings, and are gone after stop', async () => {
  const [one, two] = await Promise.all([
    testRedis({ maxMemory: '5mb', maxMemoryPolicy: 'allkeys-lru' }),
    testRedis({ password: 'p@ss', appendOnly: true }),
  ])
  const setting = async (url: string, name: string) => {
    const redis = await connected({ url })
    return (plain(await redis.command(['CONFIG', 'GET', name])) as string[])[1]
  }
  expect(await setting(one.url, 'maxmemory')).toBe(String(5 * 1024 * 1024))
  expect(await setting(one.url, 'maxmemory-policy')).toBe('allkeys-lru')
  expect(await setting(two.url, 'appendonly')).toBe('yes')
  await Promise.all([one.stop(), two.stop(), one.stop()])
  expect([isRunning(one.pid), isRunning(two.pid), await listens(one.port)]).toEqual([false, false, false])
  expect([existsSync(one.folder), existsSync(two.folder)]).toEqual([false, false])
})

test('after a kill another can be started on its port and folder, with the data it had kept', async () => {
  const one = await testRedis({ appendOnly: true })
  await (await connected({ url: one.url })).command(['SET', 'a', '1'])
  await one.kill()
  const two = await testRedis({ appendOnly: true, port: one.port, folder: one.folder })
  expect(plain(await (await connected({ url: two.url })).command(['GET', 'a']))).toBe('1')
  await two.stop()
  expect(existsSync(one.folder)).toBe(true)
  await one.stop()
  expect(existsSync(one.folder)).toBe(false)
})

test('a pause ends after its time, or at once', async () => {
  const redis = await testRedis()
  const port = await connected({ url: redis.url, commandTimeout: 20_000 })
  let answered = 0
  redis.pause(100)
  const first = port.command(['PING']).then(() => (answered += 1))
  await first
  redis.pause()
  const second = port.command(['PING']).then(() => (answered += 1))
  redis.resume()
  await second
  expect(answered).toBe(2)
})

test('a replica follows its primary', async () => {
  const primary = await testRedis({ password: 'secret' })
  const replica = await testRedis({ password: 'secret', replicaOf: primary.port })
  await (await connected({ url: primary.url })).command(['SET', 'a', '1'])
  const port = await connected({ url: replica.url })
  await expect.poll(async () => plain(await port.command(['GET', 'a'])), { timeout: 20_000 }).toBe('1')
})

test('what cannot start says what Redis said, and leaves nothing behind', async () => {
  const folder = await temporaryFolder()
  vi.stubEnv('TMPDIR', folder)
  onTestFinished(() => void vi.unstubAllEnvs())
  await expect(startRedis({ extra: ['--no-such-setting', '1'] })).rejects.toMatchObject({
    code: 'HP_CACHE_REDIS_START_FAILED',
    message: expect.stringContaining('no-such-setting'),
  })
  const taken = await testRedis()
  await expect(startRedis({ port: taken.port })).rejects.toMatchObject({
    code: 'HP_CACHE_REDIS_START_FAILED',
  })
  expect(await readdir(folder)).toEqual([path.basename(taken.folder)])
})

test('without redis-server the Debian package is named', async () => {
  vi.stubEnv('PATH', await temporaryFolder())
  onTestFinished(() => void vi.unstubAllEnvs())
  await expect(startRedis({ systemFolders: [] })).rejects.toMatchObject({
    code: 'HP_CACHE_REDIS_MISSING',
    message: expect.stringContaining('apt-get install -y --no-install-recommends redis-server'),
  })
})

test.for([
  ['is killed', 'setInterval(() => {}, 1000)'],
  ['ends', ''],
] as const)('ends, with its folder, when the process that started it %s', async ([how, then]) => {
  const program = `
    import { startRedis } from '@hotpath/cache/local'
    const { pid, folder } = await startRedis()
    console.log(JSON.stringify({ pid, folder }))
    ${then}`
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    cwd: import.meta.dirname,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const { pid, folder } = await new Promise<{ pid: number; folder: string }>((resolve) => {
    child.stdout.once('data', (text: Buffer) => resolve(JSON.parse(text.toString())))
  })
  if (how === 'is killed') {
    expect(isRunning(pid)).toBe(true)
    child.kill('SIGKILL')
  }
  await expect.poll(() => isRunning(pid) || existsSync(folder), { timeout: 20_000 }).toBe(false)
})
