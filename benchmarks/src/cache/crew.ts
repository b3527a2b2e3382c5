import type { Methods } from '../workers/protocol.ts'
import { startWorker, type Worker } from '../workers/start.ts'

export interface CrewOptions {
  /** The module of the workers. */
  module: URL
  /** The options of each, by its name. */
  members: Record<string, object>
  nodeFlags?: readonly string[]
}

/** Workers by name, each in a process of its own, started and ended together. */
export interface Crew<M extends Methods> extends AsyncDisposable {
  /** @throws Error when there is none of that name */
  get(name: string): Worker<M>
  /** One function per member, as `interleave` takes them. */
  each<T>(
    work: (worker: Worker<M>) => Promise<T>,
    names?: readonly string[],
  ): Record<string, () => Promise<T>>
}

export async function startCrew<M extends Methods>(options: CrewOptions): Promise<Crew<M>> {
  const starts = Object.entries(options.members).map(async ([name, given]) => {
    const worker = await startWorker<M>(options.module, given, options.nodeFlags)
    return [name, worker] as const
  })
  const workers = new Map(await Promise.all(starts))
  const get = (name: string) => {
    const worker = workers.get(name)
    if (worker === undefined) throw new Error(`There is no worker "${name}".`)
    return worker
  }
  return {
    get,
    each: (work, names = [...workers.keys()]) =>
      Object.fromEntries(names.map((name) => [name, () => work(get(name))])),
    async [Symbol.asyncDispose]() {
      for (const worker of workers.values()) await worker[Symbol.asyncDispose]()
    },
  }
}
