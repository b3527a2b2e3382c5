import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Answer, Methods } from './protocol.ts'

/** A process with a heap and an event loop of its own, whose functions are called from here. */
export interface Worker<M extends Methods> extends AsyncDisposable {
  call<Name extends keyof M & string>(
    name: Name,
    ...args: Parameters<M[Name]>
  ): Promise<Awaited<ReturnType<M[Name]>>>
}

/**
 * Starts a module that ends in `serve(…)`, and resolves when it is ready.
 * @throws Error with the worker's own stack when its work throws or it dies
 */
export async function startWorker<M extends Methods>(
  module: URL,
  options: object,
  nodeFlags: readonly string[] = [],
): Promise<Worker<M>> {
  const child = fork(fileURLToPath(module), [JSON.stringify(options)], {
    execArgv: [...nodeFlags],
    env: { ...process.env, NODE_ENV: 'production' },
    serialization: 'advanced',
  })
  const waiting = new Map<number, PromiseWithResolvers<unknown>>()
  let lastId = 0
  const expect = (id: number) => {
    const answered = Promise.withResolvers<unknown>()
    waiting.set(id, answered)
    return answered.promise
  }
  child.on('message', (answer: Answer) => {
    const answered = waiting.get(answer.id)
    waiting.delete(answer.id)
    if ('error' in answer) answered?.reject(new Error(answer.error))
    else answered?.resolve(answer.value)
  })
  child.on('exit', (code, signal) => {
    const error = new Error(`The worker ${fileURLToPath(module)} ended with ${code ?? signal}.`)
    for (const { reject } of waiting.values()) reject(error)
    waiting.clear()
  })
  const end = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return
    const ended = once(child, 'exit')
    if (child.connected) child.disconnect()
    await ended
  }
  await expect(0).catch(async (error: unknown) => {
    await end()
    throw error
  })
  return {
    call(name, ...args) {
      if (!child.connected) return Promise.reject(new Error(`The worker is gone, ${name} cannot be called.`))
      lastId += 1
      const answered = expect(lastId)
      child.send({ id: lastId, method: name, args })
      return answered as Promise<never>
    },
    [Symbol.asyncDispose]: end,
  }
}
