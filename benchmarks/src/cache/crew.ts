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
  const workers = new Map<string, Worker<M>>()
  const end = async () => {
    await Promise.all([...workers.values()].map((worker) => worker[Symbol.asyncDispose]()))
  }
  try {
    // One after the other: what each does as it begins must not wait for the others' doing so.
    for (const [name, given] of Object.entries(options.members)) {
      workers.set(name, await startWorker<M>(options.module, given, options.nodeFlags))
    }
  } catch (error) {
    await end()
    throw error
  }
  const get = (name: string) => {
    const worker = workers.get(name)
    if (worker === undefined) throw new Error(`There is no worker "${name}".`)
    return worker
  }
  return {
    get,
    each: (work, names = [...workers.keys()]) =>
      Object.fromEntries(names.map((name) => [name, () => work(get(name))])),
    [Symbol.asyncDispose]: end,
  }
}
