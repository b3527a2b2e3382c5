import { setTimeout as sleep } from 'node:timers/promises'
import { serve } from '../../workers/serve.ts'
import { type ContestantName, enter } from '../contestants/index.ts'

export interface StampedeOptions {
  name: ContestantName
  redisUrl: string
}

export interface StampedeRound {
  key: string
  callers: number
  /** How long a load takes, in milliseconds. */
  loadMs: number
}

async function create({ name, redisUrl }: StampedeOptions) {
  const contestant = await (await enter(name))({ redisUrl, memoryEntries: 10_000, tags: false })
  return {
    /** All callers ask for one key at once; answers how many loads ran in this process. */
    async stampede({ key, callers, loadMs }: StampedeRound): Promise<number> {
      let loads = 0
      const load = async () => {
        loads += 1
        await sleep(loadMs)
        return { key }
      }
      const values = await Promise.all(
        Array.from({ length: callers }, () => contestant.getOrLoad(key, load) as Promise<{ key: string }>),
      )
      if (values.some((value) => value.key !== key)) throw new Error(`${name} gave another value for ${key}.`)
      return loads
    },
  }
}

export type StampedeMethods = Awaited<ReturnType<typeof create>>

serve(create)
