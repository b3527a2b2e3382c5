import { HotpathError } from '@hotpath/core'
import { createDice } from './dice.ts'
import { connect } from './connect.ts'
import { caches as kinds, OriginFailure, valueOf, versionIn } from './data.ts'
import { now, poll, sleep } from './clock.ts'
import type { Downward, Read, Upward, WorkerPlan } from './messages.ts'
import { createOperations } from './operations.ts'
import { createRecorder } from './recorder.ts'

/** One process of the fleet: plays operations at random until it is told to rest. Its plan comes as an argument. */
const plan = JSON.parse(process.argv[2]!) as WorkerPlan
const loops = 12
const tellEveryMs = 100
/** For so long the last read of a key may be refused: nothing is broken any more, but a machine may be slow. */
const passingMs = 15_000
const passing = new Set(['HP_CACHE_REDIS_DOWN', 'HP_CACHE_LOAD_TIMEOUT'])
const isPassing = (error: unknown) => error instanceof HotpathError && passing.has(error.code)

const tell = (message: Upward) => void process.send!(message)
const trouble = (text: string) => tell({ kind: 'trouble', text })
process.on('unhandledRejection', (error) => trouble(`an unhandled rejection: ${described(error)}`))
process.on('uncaughtException', (error) => trouble(`an uncaught error: ${described(error)}`))

const asked = new Map<number, (versions: number[] | null) => void>()
let asks = 0
function ask(what: 'load' | 'write', cache: number, keys: readonly string[]): Promise<number[] | null> {
  const id = ++asks
  return new Promise((resolve) => {
    asked.set(id, resolve)
    tell({ kind: 'ask', id, what, cache, keys: [...keys] })
  })
}

const dice = createDice(plan.seed)
const recorder = createRecorder(trouble)
const { tags, caches } = connect(plan)
const operate = createOperations({ worker: plan.worker, dice, caches, recorder, ask })
const report = setInterval(() => tell(recorder.take()), tellEveryMs)
const state = { resting: false, busy: 0 }

process.on('message', (message: Downward) => {
  if (message.kind === 'reply') {
    asked.get(message.id)?.(message.versions)
    asked.delete(message.id)
  } else if (message.kind === 'rest') state.resting = true
  else if (message.kind === 'settle') void settle(message.keys)
  else void close()
})

tell({ kind: 'ready' })
for (let loop = 0; loop < loops; loop += 1) void play()

async function play(): Promise<void> {
  state.busy += 1
  while (!state.resting) {
    await operate()
    if (dice.chance(0.4)) await sleep(dice.between(0, 6))
    else await new Promise((resolve) => void setImmediate(resolve))
  }
  state.busy -= 1
}

/** Reads everything once, by the usual way. */
async function settle(keys: readonly string[]): Promise<void> {
  if (!(await poll(() => state.busy === 0, 20_000))) {
    const calls = recorder.underWay().join('; ')
    trouble(
      `calls that did not end by ${now().toFixed(1)}, ${asked.size} of them waiting for the origin: ${calls}`,
    )
  }
  await tags.ready().catch((error: unknown) => trouble(`ready() failed at the end: ${described(error)}`))
  const reads: Read[] = []
  for (const [cache] of kinds.entries()) {
    await Promise.all(
      keys.map(async (key) => {
        const start = now()
        const value = await final(cache, key)
        const version = versionIn(key, value)
        if (typeof version === 'string') trouble(`I3: the last read of ${key} gave ${version}`)
        else reads.push({ cache, key, how: 'last', version, start, end: now(), strong: false })
      }),
    )
  }
  tell(recorder.take())
  tell({ kind: 'settled', reads })
}

/** Asked again where the origin fails, as it does now and then, and where the machine stood still for a moment. */
async function final(cache: number, key: string): Promise<unknown> {
  const until = now() + passingMs
  for (;;) {
    try {
      return await caches[cache]!.getOrLoad(key, () => loadOne(cache, key))
    } catch (error) {
      if (error instanceof OriginFailure) continue
      if (!isPassing(error) || now() > until) {
        trouble(`the last read of ${key} failed: ${described(error)}`)
        return undefined
      }
      await sleep(50)
    }
  }
}

async function loadOne(cache: number, key: string): Promise<unknown> {
  const versions = await ask('load', cache, [key])
  if (versions === null) throw new OriginFailure('the origin failed')
  return valueOf(key, versions[0]!)
}

/** After this nothing may keep the process alive. */
async function close(): Promise<void> {
  clearInterval(report)
  recorder.stop()
  await tags.close()
  process.disconnect()
}

function described(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}
