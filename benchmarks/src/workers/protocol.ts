/** What a worker process can be asked for: functions by name, whose arguments and results can be copied. */
export type Methods = Record<string, (...args: never[]) => unknown>

/** From the parent to the worker. */
export interface Call {
  id: number
  method: string
  args: unknown[]
}

/** From the worker to the parent; the answer to `id` 0 says that it is ready. */
export type Answer = { id: number; value: unknown } | { id: number; error: string }
