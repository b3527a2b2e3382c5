import { expect, test } from 'vitest'
import { startWorker } from '../src/workers/start.ts'
import type { EchoMethods } from './fixtures/echo-worker.ts'

const module = new URL('./fixtures/echo-worker.ts', import.meta.url)

test('a worker answers calls with what its functions return', async () => {
  await using worker = await startWorker<EchoMethods>(module, { greeting: 'Hello' })
  expect(await worker.call('greet', 'Ada')).toBe('Hello Ada')
  expect(await worker.call('later', new Map([['a', 1]]))).toEqual(new Map([['a', 1]]))
})

test('what a worker throws reaches the caller, and the worker goes on', async () => {
  await using worker = await startWorker<EchoMethods>(module, { greeting: 'Hello' })
  await expect(worker.call('fail')).rejects.toThrow('cannot do this')
  expect(await worker.call('greet', 'Ada')).toBe('Hello Ada')
})

test('a worker that cannot begin rejects its start', async () => {
  await expect(startWorker<EchoMethods>(module, { greeting: '', fails: true })).rejects.toThrow(
    'cannot begin',
  )
})

test('a worker that dies rejects what waits for it and what is asked later', async () => {
  await using worker = await startWorker<EchoMethods>(module, { greeting: 'Hello' })
  await expect(worker.call('end')).rejects.toThrow('ended with 3')
  await expect(worker.call('greet', 'Ada')).rejects.toThrow('gone')
})
