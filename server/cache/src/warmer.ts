import { describe } from './describe.ts'
import { cacheErrors } from './errors.ts'
import { warm, type WarmOptions, type WarmResult, type WarmTask } from './warm.ts'

/** What an application can warm: at its start, and when it is told to. */
export interface Warmer {
  /** @throws HP_CACHE_WARM_NAME_TAKEN */
  declare<T>(task: WarmTask<T>): void
  /** In the order in which they were declared. */
  names(): string[]
  /** @throws HP_CACHE_WARM_UNKNOWN, HP_CACHE_CONCURRENCY_INVALID */
  run(options?: WarmRunOptions): Promise<WarmResult>
}

export interface WarmRunOptions extends WarmOptions {
  /** The tasks to run, in this order. @default all */
  names?: readonly string[]
}

export function createWarmer(): Warmer {
  const tasks = new Map<string, WarmTask>()

  function find(name: string): WarmTask {
    const task = tasks.get(name)
    if (task !== undefined) return task
    const known = [...tasks.keys()].join(', ') || 'none'
    throw cacheErrors.HP_CACHE_WARM_UNKNOWN({ given: describe(name), known })
  }

  return {
    declare(task) {
      if (tasks.has(task.name)) throw cacheErrors.HP_CACHE_WARM_NAME_TAKEN({ name: describe(task.name) })
      tasks.set(task.name, task)
    },
    names: () => [...tasks.keys()],
    async run({ names = [...tasks.keys()], ...options } = {}) {
      return warm(names.map(find), options)
    },
  }
}
