import type { Answer, Call, Methods } from './protocol.ts'

/**
 * Makes this process a worker of `startWorker`: builds what it is asked for from the parent's options, then answers
 * calls. It ends when the parent hangs up.
 */
export function serve<Options, M extends Methods>(create: (options: Options) => M | Promise<M>): void {
  const answer = (message: Answer) => void process.send?.(message)
  const failed = (id: number, error: unknown) =>
    answer({ id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) })
  const made = Promise.resolve()
    .then(() => create(JSON.parse(process.argv[2] ?? '{}') as Options))
    .then((methods): Record<string, (...args: unknown[]) => unknown> => methods as never)
  const handle = async ({ id, method, args }: Call) => {
    const methods = await made
    return answer({ id, value: await methods[method]?.(...args) })
  }
  process.on('message', (call: Call) => void handle(call).catch((error: unknown) => failed(call.id, error)))
  process.on('disconnect', () => process.exit())
  made.then(
    () => answer({ id: 0, value: undefined }),
    (error: unknown) => failed(0, error),
  )
}
