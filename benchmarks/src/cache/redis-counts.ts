import { createClient } from 'redis'

/** What a Redis says that it has done since its start. */
export interface RedisCounts {
  /** CPU time of the server, its own and the kernel's for it. */
  cpuSeconds: number
  /** Commands run, those inside of scripts included, the asking for these counts not. */
  commands: number
  /** Keys that were looked up and found. */
  keysFound: number
}

/** Reads the answer of `INFO everything`. @throws Error when a line is missing */
export function parseCounts(info: string): RedisCounts {
  const lines = new Map(
    info
      .split(/\r?\n/)
      .filter((line) => line.includes(':'))
      .map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1)]),
  )
  const number = (name: string) => {
    const value = Number(lines.get(name))
    if (!Number.isFinite(value)) throw new Error(`Redis tells no ${name}.`)
    return value
  }
  let commands = 0
  for (const [name, value] of lines) {
    if (!name.startsWith('cmdstat_') || name === 'cmdstat_info') continue
    commands += Number(/^calls=(\d+)/.exec(value)?.[1] ?? 0)
  }
  return {
    cpuSeconds: number('used_cpu_user') + number('used_cpu_sys'),
    commands,
    keysFound: number('keyspace_hits'),
  }
}

export const since = (before: RedisCounts, after: RedisCounts): RedisCounts => ({
  cpuSeconds: after.cpuSeconds - before.cpuSeconds,
  commands: after.commands - before.commands,
  keysFound: after.keysFound - before.keysFound,
})

/** Tells what a Redis did during some work. */
export interface RedisProbe extends AsyncDisposable {
  during<T>(work: () => Promise<T>): Promise<{ result: T; counts: RedisCounts }>
}

export async function createProbe(url: string): Promise<RedisProbe> {
  const client = await createClient({ url }).connect()
  const counts = async () => parseCounts(await client.info('everything'))
  return {
    async during(work) {
      const before = await counts()
      const result = await work()
      return { result, counts: since(before, await counts()) }
    },
    [Symbol.asyncDispose]: () => client.close(),
  }
}
