import { expect, test } from 'vitest'
import { startApp } from '../src/command.ts'
import { scratchFolder } from '../src/scratch.ts'

test.each(['SIGINT', 'SIGTERM'] as const)(
  '%s stops the application cleanly, and its data is there next time',
  async (signal) => {
    using folder = scratchFolder()
    const environment = { HOTPATH_FOLDER: folder.path, DATABASE_URL: '', HOTPATH: 'on' }
    const first = await startApp(['civicq', '--scale', '0.02'], environment)
    const cities = await (await fetch(`${first.url}/api/cities`)).text()
    expect(await first.stop(signal)).toBe(0)
    await expect(fetch(first.url)).rejects.toThrow('fetch failed')

    await using second = await startApp(['civicq', '--scale', '0.02', '--no-visitors'], environment)
    expect(await (await fetch(`${second.url}/api/cities`)).text()).toBe(cities)
  },
)

test('readiness follows the database, health does not', async () => {
  using folder = scratchFolder()
  await using app = await startApp(['civicq', '--scale', '0.02', '--no-visitors'], {
    HOTPATH_FOLDER: folder.path,
    DATABASE_URL: '',
  })
  expect((await fetch(`${app.url}/health`)).status).toBe(200)
  const ready = await fetch(`${app.url}/ready`)
  expect({ status: ready.status, body: await ready.json() }).toMatchObject({
    status: 200,
    body: { ready: true },
  })
})

test('one folder is not opened by two: the second says who has it', async () => {
  using folder = scratchFolder()
  const environment = { HOTPATH_FOLDER: folder.path, DATABASE_URL: '' }
  await using first = await startApp(['civicq', '--scale', '0.02', '--no-visitors'], environment)
  await expect(startApp(['civicq', '--no-visitors'], environment)).rejects.toThrow(String(first.pid))
})
